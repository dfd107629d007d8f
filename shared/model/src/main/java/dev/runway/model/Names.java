package dev.runway.model;

import java.util.AbstractList;
import java.util.List;
import java.util.Set;

/** Declared names in their order. Events are looked up in them, so that is one hash, not a walk. */
final class Names extends AbstractList<String> {
  private final List<String> inOrder;
  private final Set<String> known;

  private Names(List<String> names) {
    this.inOrder = List.copyOf(names);
    this.known = Set.copyOf(names);
  }

  static List<String> of(List<String> names) {
    return names instanceof Names ? names : new Names(names);
  }

  @Override
  public boolean contains(Object name) {
    return known.contains(name);
  }

  @Override
  public String get(int index) {
    return inOrder.get(index);
  }

  @Override
  public int size() {
    return inOrder.size();
  }
}
