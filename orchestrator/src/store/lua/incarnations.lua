#!lua flags=allow-oom
-- Tells the incarnation of the store, and notes since when it is this one.
--
-- KEYS     the incarnation of any number of partitions
-- ARGV     1 how far the clock of the store is ahead
-- Returns  the incarnation
--
-- Upholds: of each incarnation the first moment that anyone knew of it is kept.
--@include incarnation

local id = incarnation()
for place = 1, #KEYS do noted(KEYS[place], id, ARGV[1]) end
return id
