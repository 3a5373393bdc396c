-- Stores records of accepted requests of one shard. What is there already stays what it is, so that a retry changes
-- nothing; and a request may be answered before it is stored, because it is published at the same time.
-- KEYS 1 open requests of the shard, 2 backlog of the shard; then, for each: record, result
-- ARGV, for each: id, items, model/lane, ms until the record expires, instant of that, ttl, facts, input
local isNew = redis.call('EXISTS', unpack(KEYS, 3)) == 0
local opened, backlog = {}, {}
for i = 0, #KEYS / 2 - 2 do
  local record, result = KEYS[2 * i + 3], KEYS[2 * i + 4]
  local id, items, lane, life, expiry, ttl, facts, input = unpack(ARGV, 8 * i + 1, 8 * i + 8)
  if isNew or redis.call('EXISTS', record, result) == 0 then
    redis.call('SET', record, facts .. '\n' .. input, 'PX', life)

    -- The member names all that has to be undone should the record expire before anybody answers it.
    opened[#opened + 1] = expiry
    opened[#opened + 1] = items .. ' ' .. lane .. ' ' .. id
    backlog[lane] = (backlog[lane] or 0) + tonumber(items)
  elseif redis.call('EXISTS', record) == 0 then
    redis.call('SET', record, facts .. '\n', 'PX', ttl)
  end
end

if #opened > 0 then
  redis.call('ZADD', KEYS[1], unpack(opened))
end
for lane, items in pairs(backlog) do
  redis.call('HINCRBY', KEYS[2], lane, items)
end
return #opened / 2
