-- Included by scripts that work on many sagas. Gathers the arguments of a command by key (its place in KEYS), so that
-- a batch pays for one call per key: a third of the time of a batch goes into such calls otherwise.

local function add(lists, place, a, b)
  local list = lists[place]
  if list == nil then
    list = {}
    lists[place] = list
  end
  list[#list + 1] = a
  if b ~= nil then list[#list + 1] = b end
end

local function each(lists, command)
  for place, list in pairs(lists) do redis.call(command, KEYS[place], unpack(list)) end
end

-- Lua unpacks no more than some 8,000 values at once. A record's fields are set so many at a time: the first by the
-- call that sets the others too, the rest, which there hardly ever is, here.
local SOME = 4000

local function set_rest(record, first, last)
  for from = first + SOME, last, SOME do
    redis.call('HSET', record, unpack(ARGV, from, math.min(last, from + SOME - 1)))
  end
end

-- Ends entries of streams: no longer pending, and gone.
local function ended(lists)
  for place, ids in pairs(lists) do
    redis.call('XACK', KEYS[place], 'g', unpack(ids))
    redis.call('XDEL', KEYS[place], unpack(ids))
  end
end

-- Makes entries pending to a consumer as of now. A group that was destroyed is made again at 0: at $ it would lose
-- what nobody has received yet.
local function take(lists, consumer, ...)
  for place, ids in pairs(lists) do
    local arguments = { KEYS[place], 'g', consumer, 0 }
    for i = 1, #ids do arguments[#arguments + 1] = ids[i] end
    for i = 1, select('#', ...) do arguments[#arguments + 1] = (select(i, ...)) end
    local reply = redis.pcall('XCLAIM', unpack(arguments))
    if reply.err then
      if not string.find(reply.err, 'NOGROUP', 1, true) then error(reply) end
      redis.call('XGROUP', 'CREATE', KEYS[place], 'g', '0', 'MKSTREAM')
      redis.call('XCLAIM', unpack(arguments))
    end
  end
end

-- The place of the stream that an entry such as c1700000000000-0 is in, and its id there.
local function locate(base, entry)
  local kind = string.sub(entry, 1, 1)
  return kind == 'c' and base + 1 or kind == 's' and base + 2 or nil, string.sub(entry, 2)
end
