package dev.runway.backtest;

import dev.runway.retraintrigger.cascade.Graph;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SortedSet;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/** Looks for a cycle among the models below one: with it no order of retrains ends. */
final class CycleBelow {
  private final Map<String, SortedSet<String>> below = new HashMap<>();
  private final Deque<String> path = new ArrayDeque<>();
  private final Set<String> done = new HashSet<>();

  private CycleBelow(Graph graph) {
    graph
        .upstream()
        .forEach(
            (model, upstream) ->
                upstream.forEach(
                    one -> below.computeIfAbsent(one, any -> new TreeSet<>()).add(model)));
  }

  /** Its models in order, the first one again at the end; null when there is none. */
  static @Nullable List<String> of(Graph graph, String model) {
    CycleBelow walk = new CycleBelow(graph);
    return walk.from(model);
  }

  private @Nullable List<String> from(String start) {
    Deque<Deque<String>> open = new ArrayDeque<>();
    path.addLast(start);
    open.addLast(next(start));
    while (!open.isEmpty()) {
      String model = open.getLast().pollFirst();
      if (model == null) {
        open.removeLast();
        done.add(path.removeLast());
      } else if (path.contains(model)) {
        List<String> cycle = new ArrayList<>(path);
        cycle = new ArrayList<>(cycle.subList(cycle.indexOf(model), cycle.size()));
        cycle.add(model);
        return cycle;
      } else if (!done.contains(model)) {
        path.addLast(model);
        open.addLast(next(model));
      }
    }
    return null;
  }

  private Deque<String> next(String model) {
    return new ArrayDeque<>(below.getOrDefault(model, new TreeSet<>()));
  }
}
