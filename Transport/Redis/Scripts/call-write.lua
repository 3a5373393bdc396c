-- Notes something about a call that is ours. Returns 0 when it is another's by now.
-- KEYS 1 record, 2 lease
-- ARGV 1 holder, 2 ms of the record, 3 whether the call is over, 4.. fields and values
if redis.call('GET', KEYS[2]) ~= ARGV[1] then
  return 0
end

redis.call('HSET', KEYS[1], unpack(ARGV, 4))
redis.call('PEXPIRE', KEYS[1], ARGV[2])
if ARGV[3] == '1' then
  redis.call('DEL', KEYS[2])
end
return 1
