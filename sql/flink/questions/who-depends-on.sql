-- Question: who depends on a thing, such as feature:age or model:homepage-ranker?
-- Answer: one row per thing and what stands on it, at most four steps away, with the fewest steps; ask for one by WHERE upstream = '...' around it. Farther than that: ./runway impact.
WITH e AS (
  SELECT upstream, downstream FROM graph_edges WHERE valid_to IS NULL),
step1 AS (
  SELECT upstream, downstream, 1 AS steps FROM e),
step2 AS (
  SELECT a.upstream, b.downstream, 2 AS steps FROM step1 AS a JOIN e AS b ON b.upstream = a.downstream),
step3 AS (
  SELECT a.upstream, b.downstream, 3 AS steps FROM step2 AS a JOIN e AS b ON b.upstream = a.downstream),
step4 AS (
  SELECT a.upstream, b.downstream, 4 AS steps FROM step3 AS a JOIN e AS b ON b.upstream = a.downstream)
SELECT upstream, downstream, MIN(steps) AS steps
FROM (
  SELECT upstream, downstream, steps FROM step1
  UNION ALL SELECT upstream, downstream, steps FROM step2
  UNION ALL SELECT upstream, downstream, steps FROM step3
  UNION ALL SELECT upstream, downstream, steps FROM step4)
GROUP BY upstream, downstream;
