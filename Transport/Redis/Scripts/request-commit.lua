-- Stores how a request ended and wakes whoever waits. The first terminal outcome wins: returns 0, and changes
-- nothing, when there is one already or the record is gone.
-- KEYS 1 record, 2 open requests of the shard, 3 backlog of the shard, 4 tombstone
-- ARGV 1 id, 2 state, 3 outputs, 4 timings, 5 run, 6 attempts, 7 instance that waits, 8 prefix of its channel,
--      9 channel of waited-for requests, 10 ms that the tombstone outlives the result, 11 longest message
--      Empty outputs: every item ended as the request did, without an answer.
local record = redis.call('HMGET', KEYS[1], 'state', 'items', 'backlog', 'ttl', 'resource', 'reply_to', 'watched')
if record[1] ~= 'queued' and record[1] ~= 'running' then
  return 0
end

local id, items, backlog, ttl = ARGV[1], record[2], record[3], record[4]
local outputs = ARGV[3]
if outputs == '' then
  local item = '{"outcome":"' .. ARGV[2] .. '"}'
  outputs = '[' .. string.rep(item .. ',', tonumber(items) - 1) .. item .. ']'
end

redis.call('HSET', KEYS[1],
  'state', ARGV[2], 'outputs', outputs, 'timings', ARGV[4], 'run', ARGV[5], 'attempts', ARGV[6])
redis.call('HDEL', KEYS[1], 'input')
redis.call('PEXPIRE', KEYS[1], ttl)
redis.call('SET', KEYS[4], '1', 'PX', tonumber(ttl) + tonumber(ARGV[10]))
redis.call('ZREM', KEYS[2], items .. ' ' .. backlog .. ' ' .. id)
redis.call('HINCRBY', KEYS[3], backlog, '-' .. items)

local waiting = record[6] or ARGV[7]
if waiting ~= '' then
  local message = table.concat({id, ARGV[2], ARGV[6], ARGV[4], ARGV[5], record[5], outputs}, '\n')
  if #message > tonumber(ARGV[11]) then
    message = id
  end
  redis.call('PUBLISH', ARGV[8] .. waiting, message)
end
if record[7] then
  redis.call('PUBLISH', ARGV[9], id)
end
return 1
