-- Counts chunks that are in the spool now. Returns 0 when the job does not receive any more.
-- ARGV 5.. items of each chunk
local job = redis.call('HMGET', KEYS[1], 'state', 'chunks', 'received', 'woken')
if job[1] ~= 'receiving' then
  return 0
end

local chunks, received, starts = tonumber(job[2] or 0), tonumber(job[3] or 0), {}
for i = 5, #ARGV do
  starts[#starts + 1] = struct.pack('<I8', received)
  received = received + tonumber(ARGV[i])
end

redis.call('APPEND', KEYS[2], table.concat(starts))
if chunks == 0 then
  expire_with_job(KEYS[2])
end
redis.call('HSET', KEYS[1], 'chunks', chunks + #starts, 'received', received, 'touched', ARGV[2])
wake_sometimes(job[4])
return 1
