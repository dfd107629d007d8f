package dev.runway.retraintrigger.cascade;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Set;
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

  private static final SortedSet<String> NOTHING = Collections.emptySortedSet();

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

  /** By source: the models that it feeds. */
  SortedMap<String, List<String>> fed() {
    SortedMap<String, List<String>> fed = new TreeMap<>();
    sources.forEach(
        (model, its) ->
            its.forEach(
                source -> fed.computeIfAbsent(source, any -> new ArrayList<>()).add(model)));
    return fed;
  }

  /**
   * In which wave each model is retrained once one has a new version: after all those of the waves
   * before, as far as they are affected. The model itself is in none. A cycle, which is refused
   * where edges are stored, ends the walk.
   */
  public SortedMap<String, Integer> wavesAfter(String changed) {
    return farthest(users(), changed);
  }

  /** All models upstream of a model, near or far. */
  public Set<String> allUpstreamOf(String model) {
    return farthest(upstream, model).keySet();
  }

  /**
   * By model: all models upstream, near or far, each with the longest way from it, which is the
   * wave in which the model is retrained once that one has a new version.
   */
  SortedMap<String, SortedMap<String, Integer>> allUpstream() {
    SortedMap<String, SortedMap<String, Integer>> all = new TreeMap<>();
    upstream.keySet().forEach(model -> all.put(model, farthest(upstream, model)));
    return all;
  }

  /** By model: the models that use it. */
  private SortedMap<String, SortedSet<String>> users() {
    SortedMap<String, SortedSet<String>> users = new TreeMap<>();
    upstream.forEach(
        (user, used) ->
            used.forEach(model -> users.computeIfAbsent(model, m -> new TreeSet<>()).add(user)));
    return users;
  }

  /** All that can be reached, with the longest way to each. */
  private SortedMap<String, Integer> farthest(
      SortedMap<String, SortedSet<String>> edges, String from) {
    SortedMap<String, Integer> farthest = new TreeMap<>();
    int most = upstream.size() + 1;
    Set<String> level = Set.of(from);
    // Level by level, so that each model is in each level once; a later one is a longer way.
    for (int way = 1; way <= most && !level.isEmpty(); way++) {
      Set<String> next = new TreeSet<>();
      level.forEach(model -> next.addAll(edges.getOrDefault(model, NOTHING)));
      next.remove(from);
      for (String model : next) {
        farthest.put(model, way);
      }
      level = next;
    }
    return farthest;
  }
}
