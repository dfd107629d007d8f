package dev.runway.control.metaflow;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * When the steps of a run began and ended, and how they may follow each other by that.
 *
 * <p>A step follows another only if it began after the other had ended, so whatever follows what is
 * among this. It is more than that: of two branches one may have ended by chance before a step of
 * the other began. With several tasks of a step, as in a loop, it is the first of each that count:
 * the next step of one round may begin while other rounds are not yet there.
 *
 * @param spans of every step; empty when that is not known of each
 */
record StepTimes(Map<String, Span> spans) {
  static final StepTimes UNKNOWN = new StepTimes(Map.of());

  StepTimes {
    spans = new LinkedHashMap<>(spans);
  }

  /**
   * One step; by the clock of the service, so that those of two can be compared.
   *
   * @param beginMillis when its first task began
   * @param endMillis when the first of its tasks had ended well; later than that
   */
  record Span(long beginMillis, long endMillis) {
    Span {
      endMillis = Math.max(endMillis, beginMillis + 1); // Else two might each follow the other.
    }

    boolean mayPrecede(Span next) {
      return endMillis <= next.beginMillis;
    }
  }

  boolean areKnown() {
    return !spans.isEmpty();
  }

  /**
   * The steps that may follow each step, without those that are reached by way of another one: by
   * the way from step to step whatever truly follows is reached.
   */
  Map<String, List<String>> order() {
    Map<String, List<String>> order = new LinkedHashMap<>();
    spans.keySet().forEach(step -> order.put(step, new ArrayList<>()));
    spans.forEach(
        (step, span) -> {
          long newest =
              spans.values().stream()
                  .filter(before -> before.mayPrecede(span))
                  .mapToLong(Span::beginMillis)
                  .max()
                  .orElse(Long.MAX_VALUE);
          spans.forEach(
              (other, before) -> {
                if (before.mayPrecede(span) && before.endMillis() > newest) {
                  order.computeIfAbsent(other, unused -> new ArrayList<>()).add(step);
                }
              });
        });
    return order;
  }

  /**
   * Whether an order that somebody has told can be that of this run: nothing in it began too early,
   * and it leads to every step but the first ones.
   *
   * @param told the steps that follow each step; some may not be of this run
   */
  boolean agreeWith(Map<String, List<String>> told) {
    List<String> led = new ArrayList<>();
    for (Map.Entry<String, List<String>> each : told.entrySet()) {
      Span before = spans.get(each.getKey());
      for (String next : each.getValue()) {
        Span span = spans.get(next);
        if (before != null && span != null && !before.mayPrecede(span)) {
          return false;
        }
        led.add(next);
      }
    }
    return spans.entrySet().stream()
        .allMatch(step -> led.contains(step.getKey()) || isFirst(step.getValue()));
  }

  private boolean isFirst(Span span) {
    return spans.values().stream().noneMatch(before -> before.mayPrecede(span));
  }
}
