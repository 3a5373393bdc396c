-- Stores how requests of one shard ended and wakes whoever waits. The first terminal outcome wins: returns, for each,
-- 1 where it was stored and 0 where one was there before. Of the record the facts stay, beside the outcome; the input
-- goes. Beside the backlog it counts what was answered of each lane, until the feeder takes those counts.
-- KEYS 1 open requests of the shard, 2 backlog of the shard; then, for each: result; then, for each: record; then,
--   for each: watched
-- ARGV 1 prefix of the channel of an instance, 2 channel of waited-for requests, 3 longest message, 4 whether they were
--   answered, rather than ended early; then, for each: id, ttl, outcome, instance that waits or nothing
local prefix, done, longest = ARGV[1], ARGV[2], tonumber(ARGV[3])
local count = (#KEYS - 2) / 3
local records = redis.call('MGET', unpack(KEYS, 3 + count, 2 + 2 * count))
local isWatched = redis.call('EXISTS', unpack(KEYS, 3 + 2 * count)) > 0
local stored, unneeded, answered = {}, {}, {}

for i = 1, count do
  local id, ttl, outcome, waiting = unpack(ARGV, 4 * i + 1, 4 * i + 4)
  local member, facts
  if records[i] then
    member, facts = string.match(records[i], '^([^\n]*)\n([^\n]*\n)')
  end
  stored[i] = 0
  if redis.call('SET', KEYS[2 + i], (facts or '\n') .. outcome, 'PX', ttl, 'NX') then
    stored[i] = 1
    if member then
      unneeded[#unneeded + 1] = KEYS[2 + count + i]
      local lane, items = close(member)
      if ARGV[4] == '1' then
        answered[lane] = (answered[lane] or 0) + items
      end
    end
    if waiting ~= '' then
      local message = id .. '\n' .. outcome
      redis.call('PUBLISH', prefix .. waiting, #message > longest and id or message)
    end
    if isWatched and redis.call('EXISTS', KEYS[2 + 2 * count + i]) == 1 then
      redis.call('PUBLISH', done, id)
    end
  end
end

if #unneeded > 0 then
  redis.call('UNLINK', unpack(unneeded))
end
settle()
for lane, items in pairs(answered) do
  redis.call('HINCRBY', KEYS[2], 'answered ' .. lane, items)
end
return stored
