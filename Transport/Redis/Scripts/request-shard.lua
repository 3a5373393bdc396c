-- What the scripts that take requests out of a shard share; it stands before each of them.
-- KEYS 1 open requests of the shard, 2 backlog of the shard
local closed, gone = {}, {}

local function subtract(field, amount)
  gone[field] = (gone[field] or 0) + amount
end

-- Notes that a request is no longer waited for, by the first line of its record. Returns its lane and its items.
local function close(member)
  local items, bytes, lane, tenant = string.match(member, '^(%d+) (%d+) ([^ ]+/[^ ]+)/([^ ]+) ')
  closed[#closed + 1] = member
  subtract('items ' .. lane, tonumber(items))
  subtract('bytes ' .. lane, tonumber(bytes))
  subtract('items ' .. lane .. '/' .. tenant, tonumber(items))
  return lane, tonumber(items)
end

-- Takes off everything that was noted. Fields of what is not there any more would pile up.
local function settle()
  if #closed == 0 then
    return
  end
  redis.call('ZREM', KEYS[1], unpack(closed))
  for field, amount in pairs(gone) do
    if redis.call('HINCRBY', KEYS[2], field, -amount) <= 0 then
      redis.call('HDEL', KEYS[2], field)
    end
  end
end
