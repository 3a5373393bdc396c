-- What a shard holds of requests that are accepted and not terminal, as field, amount, field, amount... Takes off first
-- what expired unanswered: Redis dropped those records without telling anybody.
-- KEYS 1 open requests of the shard, 2 backlog of the shard
-- ARGV 1 instant before which they expired
for _, member in ipairs(redis.call('ZRANGEBYSCORE', KEYS[1], '-inf', '(' .. ARGV[1], 'LIMIT', 0, 1000)) do
  close(member)
end
settle()
return redis.call('HGETALL', KEYS[2])
