-- Stores how requests ended and wakes whoever waits. The first terminal outcome wins: returns, for each, 1 where it
-- was stored, and 0 where one was there before or the record is gone.
-- KEYS, for each record: record, open requests of the shard, backlog of the shard, tombstone
-- ARGV 1 prefix of the channel of an instance, 2 channel of waited-for requests, 3 longest message,
--   4 ms that the tombstone outlives the result; then, for each record: id, state, outputs, timings, run, attempts,
--   instance that waits; empty for what there is not
--   Empty outputs: every item ended as the request did, without an answer.
local prefix, done, longest, grave = ARGV[1], ARGV[2], tonumber(ARGV[3]), tonumber(ARGV[4])

local function without_answer(state, items)
  local item = '{"outcome":"' .. state .. '"}'
  return '[' .. string.rep(item .. ',', tonumber(items) - 1) .. item .. ']'
end

local results = {}
for i = 0, #KEYS / 4 - 1 do
  local record, open, backlog, tombstone = unpack(KEYS, 4 * i + 1, 4 * i + 4)
  local id, state, outputs, timings, run, attempts, waiting = unpack(ARGV, 7 * i + 5, 7 * i + 11)
  local before, items, lane, ttl, resource, reply_to, watched =
    unpack(redis.call('HMGET', record, 'state', 'items', 'backlog', 'ttl', 'resource', 'reply_to', 'watched'))
  results[i + 1] = 0
  if before == 'queued' or before == 'running' then
    if outputs == '' then
      outputs = without_answer(state, items)
    end
    redis.call('HSET', record,
      'state', state, 'outputs', outputs, 'timings', timings, 'run', run, 'attempts', attempts)
    redis.call('HDEL', record, 'input')
    redis.call('PEXPIRE', record, ttl)
    redis.call('SET', tombstone, '1', 'PX', tonumber(ttl) + grave)
    redis.call('ZREM', open, items .. ' ' .. lane .. ' ' .. id)
    redis.call('HINCRBY', backlog, lane, '-' .. items)

    if reply_to ~= '' then
      waiting = reply_to
    end
    if waiting ~= '' then
      local message = table.concat({id, state, attempts, timings, run, resource, outputs}, '\n')
      redis.call('PUBLISH', prefix .. waiting, #message > longest and id or message)
    end
    if watched then
      redis.call('PUBLISH', done, id)
    end
    results[i + 1] = 1
  end
end
return results
