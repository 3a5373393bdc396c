-- Items of a shard that are accepted and not terminal, as model/lane, count, model/lane, count... Takes off first
-- what expired unanswered: Redis dropped those records without telling anybody.
-- KEYS 1 open requests of the shard, 2 backlog of the shard
-- ARGV 1 now
local expired = redis.call('ZRANGEBYSCORE', KEYS[1], '-inf', '(' .. ARGV[1], 'LIMIT', 0, 1000)
for _, member in ipairs(expired) do
  local items, backlog = string.match(member, '^(%d+) (%S+) ')
  redis.call('ZREM', KEYS[1], member)
  redis.call('HINCRBY', KEYS[2], backlog, '-' .. items)
end
return redis.call('HGETALL', KEYS[2])
