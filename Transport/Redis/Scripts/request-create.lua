-- Admits requests of one lane to one shard and stores their records. What is there already stays what it is, so that a
-- retry changes nothing; and a request may be answered before it is stored, because it is published at the same time.
-- Returns the items of the lane in the shard, then, for each request: 0 admitted, 1 the lane is full, 2 the tenant's
-- share is used up.
-- KEYS 1 open requests of the shard, 2 backlog of the shard; then, for each: record, result
-- ARGV 1 model/lane, 2 most items of the lane in the shard, 3 most bytes, 4 most items of a tenant, or 0;
--   then, for each: id, tenant, items, bytes, ms until the record expires, instant of that, ttl, facts, input
local lane, most, most_bytes, most_mine = ARGV[1], tonumber(ARGV[2]), tonumber(ARGV[3]), tonumber(ARGV[4])
local held = redis.call('HMGET', KEYS[2], 'items ' .. lane, 'bytes ' .. lane)
local items_before, bytes_before = tonumber(held[1] or 0), tonumber(held[2] or 0)
local items, bytes, mine, opened = items_before, bytes_before, {}, {}

local function held_by(tenant)
  if not mine[tenant] then
    local before = most_mine > 0 and redis.call('HGET', KEYS[2], 'items ' .. lane .. '/' .. tenant)
    mine[tenant] = { before = tonumber(before or 0), more = 0 }
  end
  return mine[tenant]
end

local isNew = redis.call('EXISTS', unpack(KEYS, 3)) == 0
local answer = {}
for i = 0, #KEYS / 2 - 2 do
  local record, result = KEYS[2 * i + 3], KEYS[2 * i + 4]
  local id, tenant, own_items, own_bytes, life, expiry, ttl, facts, input = unpack(ARGV, 9 * i + 5, 9 * i + 13)
  local verdict = 0
  if isNew or redis.call('EXISTS', record, result) == 0 then
    local n, b, by = tonumber(own_items), tonumber(own_bytes), held_by(tenant)
    -- The tenant first: it is told of its own share though the lane be full as well.
    if most_mine > 0 and by.before + by.more + n > most_mine then
      verdict = 2
    elseif items + n > most or bytes + b > most_bytes then
      verdict = 1
    else
      -- It names all that has to be undone when the request ends, or its record expires before anybody answers it.
      local member = own_items .. ' ' .. own_bytes .. ' ' .. lane .. '/' .. tenant .. ' ' .. id
      redis.call('SET', record, member .. '\n' .. facts .. '\n' .. input, 'PX', life)
      opened[#opened + 1] = expiry
      opened[#opened + 1] = member
      items, bytes, by.more = items + n, bytes + b, by.more + n
    end
  elseif redis.call('EXISTS', record) == 0 then
    redis.call('SET', record, '\n' .. facts .. '\n', 'PX', ttl)
  end
  answer[i + 2] = verdict
end

if #opened > 0 then
  redis.call('ZADD', KEYS[1], unpack(opened))
  redis.call('HINCRBY', KEYS[2], 'items ' .. lane, items - items_before)
  redis.call('HINCRBY', KEYS[2], 'bytes ' .. lane, bytes - bytes_before)
  for tenant, by in pairs(mine) do
    if by.more > 0 then
      redis.call('HINCRBY', KEYS[2], 'items ' .. lane .. '/' .. tenant, by.more)
    end
  end
end
answer[1] = items
return answer
