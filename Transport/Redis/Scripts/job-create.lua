-- ARGV 5 ms until an unfinished job expires, 6.. fields and values
if redis.call('EXISTS', KEYS[1]) == 1 then
  return 0
end

redis.call('HSET', KEYS[1], 'state', 'receiving', 'touched', ARGV[2], unpack(ARGV, 6))
redis.call('PEXPIRE', KEYS[1], ARGV[5])
redis.call('SET', KEYS[5], '1', 'PX', tonumber(ARGV[5]) + tonumber(ARGV[4]))
return 1
