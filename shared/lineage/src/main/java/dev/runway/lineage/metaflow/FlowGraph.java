package dev.runway.lineage.metaflow;

import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What a flow's artifact {@code _graph_info} says of its steps.
 *
 * @param steps the steps that follow each step
 * @param end name of the last step
 * @param startedBy flows whose end starts this one
 */
record FlowGraph(Map<String, List<String>> steps, String end, Set<String> startedBy) {
  /** Name of the artifact. */
  static final String ARTIFACT = "_graph_info";

  private static final String USUAL_END = "end";
  private static final int MAX_TEXT = 1 << 20;
  private static final int MAX_STEPS = 400;

  /** Of a flow whose artifact cannot be read. */
  static FlowGraph unknown() {
    return new FlowGraph(Map.of(), USUAL_END, Set.of());
  }

  /**
   * Reads the artifact.
   *
   * @param pickle its pickle, unpacked
   * @throws IOException if it is not what Metaflow writes
   */
  static FlowGraph read(InputStream pickle) throws IOException {
    if (!(PlainPickle.read(pickle, MAX_TEXT) instanceof Map<?, ?> info)
        || !(info.get("steps") instanceof Map<?, ?> steps)) {
      throw new IOException(ARTIFACT + " names no steps");
    }
    if (steps.size() > MAX_STEPS) {
      throw new IOException(ARTIFACT + " names more than " + MAX_STEPS + " steps");
    }
    Map<String, List<String>> next = new LinkedHashMap<>();
    for (Map.Entry<?, ?> step : steps.entrySet()) {
      Object following = step.getValue() instanceof Map<?, ?> fields ? fields.get("next") : null;
      List<String> names = new ArrayList<>();
      for (Object name : few(following)) {
        names.add(step(name));
      }
      next.put(step(step.getKey()), names);
    }
    String end = info.get("end_step") == null ? USUAL_END : step(info.get("end_step"));
    return new FlowGraph(next, end, startedBy(info.get("decorators")));
  }

  /** From {@code @trigger_on_finish}, whose flows may stand under project and branch. */
  private static Set<String> startedBy(@Nullable Object decorators) throws IOException {
    Set<String> flows = new LinkedHashSet<>();
    for (Object decorator : few(decorators)) {
      if (decorator instanceof Map<?, ?> fields
          && "trigger_on_finish".equals(fields.get("name"))
          && fields.get("attributes") instanceof Map<?, ?> attributes) {
        add(attributes.get("flow"), flows);
        few(attributes.get("flows")).forEach(flow -> add(flow, flows));
      }
    }
    return flows;
  }

  private static void add(@Nullable Object flow, Set<String> flows) {
    Object name = flow instanceof Map<?, ?> fields ? fields.get("name") : flow;
    if (name instanceof String text && !text.isEmpty()) {
      flows.add(text.substring(text.lastIndexOf('.') + 1));
    }
  }

  /** A pickle of a few bytes may name one long list again and again. */
  private static List<?> few(@Nullable Object list) throws IOException {
    if (!(list instanceof List<?> items)) {
      return List.of();
    }
    if (items.size() > MAX_STEPS) {
      throw new IOException(ARTIFACT + " has a list of more than " + MAX_STEPS);
    }
    return items;
  }

  /** Steps are methods, and also folders: their names are nothing but letters and digits. */
  private static String step(@Nullable Object name) throws IOException {
    if (name instanceof String text
        && !text.isEmpty()
        && text.codePoints().allMatch(c -> c == '_' || Character.isLetterOrDigit(c))) {
      return text;
    }
    throw new IOException(ARTIFACT + " names a step as none can be named");
  }
}
