-- Counts chunks that are in the spool now. Returns 0 when the job does not receive any more, 2 when chunks before these
-- are missing. What was counted by an earlier try is not counted again.
-- ARGV 5 position of the first of these chunks, 6.. items of each chunk
-- Eight bytes, little-endian. By hand: Garnet's struct.pack fills the upper half of an I8 with noise.
local function packed(number)
  local bytes = {}
  for i = 1, 8 do
    bytes[i] = string.char(number % 256)
    number = math.floor(number / 256)
  end
  return table.concat(bytes)
end

local job = redis.call('HMGET', KEYS[1], 'state', 'chunks', 'received', 'woken')
if job[1] ~= 'receiving' then
  return 0
end

local chunks, received, starts = tonumber(job[2] or 0), tonumber(job[3] or 0), {}
local counted = chunks - tonumber(ARGV[5])
if counted < 0 then
  return 2
end

for i = 6 + counted, #ARGV do
  starts[#starts + 1] = packed(received)
  received = received + tonumber(ARGV[i])
end

if #starts > 0 then
  redis.call('APPEND', KEYS[2], table.concat(starts))
  if chunks == 0 then
    expire_with_job(KEYS[2])
  end
end
redis.call('HSET', KEYS[1], 'chunks', chunks + #starts, 'received', received, 'touched', ARGV[2])
wake_sometimes(job[4])
return 1
