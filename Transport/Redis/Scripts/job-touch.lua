if redis.call('HGET', KEYS[1], 'state') == 'receiving' then
  redis.call('HSET', KEYS[1], 'touched', ARGV[2])
end
return 1
