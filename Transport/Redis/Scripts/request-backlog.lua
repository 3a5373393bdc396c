-- What a shard holds of requests that are accepted and not terminal, as field, amount, field, amount... Takes off first
-- what expired unanswered: Redis dropped those records without telling anybody.
-- KEYS 1 open requests of the shard, 2 backlog of the shard
-- ARGV 1 instant before which they expired, 2 whether what was answered is taken: it is counted anew then
for _, member in ipairs(redis.call('ZRANGEBYSCORE', KEYS[1], '-inf', '(' .. ARGV[1], 'LIMIT', 0, 1000)) do
  close(member)
end
settle()
local held = redis.call('HGETALL', KEYS[2])
if ARGV[2] == '1' then
  for i = 1, #held, 2 do
    if string.sub(held[i], 1, 9) == 'answered ' then
      redis.call('HDEL', KEYS[2], held[i])
    end
  end
end
return held
