package dev.runway.retraintrigger.cascade;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * Which models use which, and which sources feed them. A value: a change makes another graph.
 *
 * @param upstream by model: the models whose output it uses
 * @param sources by model: the features and sources of data that feed it
 */
public record Graph(
    SortedMap<String, SortedSet<String>> upstream, SortedMap<String, SortedSet<String>> sources) {

  /** Of models that have nothing to do with each other. */
  public static final Graph EMPTY = new Graph(new TreeMap<>(), new TreeMap<>());

  /** With one model that uses another one's output. */
  public Graph uses(String downstream, String model) {
    return new Graph(with(upstream, downstream, model), sources);
  }

  /** With a source that feeds a model. */
  public Graph feeds(String source, String model) {
    return new Graph(upstream, with(sources, model, source));
  }

  private static SortedMap<String, SortedSet<String>> with(
      SortedMap<String, SortedSet<String>> edges, String from, String to) {
    SortedMap<String, SortedSet<String>> more = new TreeMap<>(edges);
    SortedSet<String> all = new TreeSet<>(of(edges, from));
    all.add(to);
    more.put(from, all);
    return more;
  }

  private static SortedSet<String> of(SortedMap<String, SortedSet<String>> edges, String model) {
    SortedSet<String> there = edges.get(model);
    return there == null ? new TreeSet<>() : there;
  }

  /** The models whose output a model uses. */
  public SortedSet<String> upstreamOf(String model) {
    return of(upstream, model);
  }

  /** What feeds a model. */
  public SortedSet<String> sourcesOf(String model) {
    return of(sources, model);
  }

  /** The models that a source feeds. */
  public List<String> fedBy(String source) {
    return sources.entrySet().stream()
        .filter(entry -> entry.getValue().contains(source))
        .map(Map.Entry::getKey)
        .toList();
  }

  /**
   * In which wave each model is retrained once one has a new version: after all those of the waves
   * before, as far as they are affected. The model itself is in none. A cycle, which is refused
   * where edges are stored, ends the walk.
   */
  public SortedMap<String, Integer> wavesAfter(String changed) {
    SortedMap<String, Integer> waves = new TreeMap<>();
    Map<String, Integer> depth = new HashMap<>(Map.of(changed, 0));
    Deque<String> open = new ArrayDeque<>(List.of(changed));
    int most = upstream.size() + 1;
    while (!open.isEmpty()) {
      String model = open.remove();
      int next = depth.getOrDefault(model, 0) + 1;
      for (var entry : upstream.entrySet()) {
        String user = entry.getKey();
        boolean later =
            entry.getValue().contains(model)
                && !user.equals(changed)
                && next <= most
                && next > depth.getOrDefault(user, 0);
        if (later) {
          depth.put(user, next);
          waves.put(user, next);
          open.add(user);
        }
      }
    }
    return waves;
  }
}
