package dev.runway.model;

import java.util.Arrays;
import java.util.concurrent.ThreadLocalRandom;

/**
 * The field names an event has had so far, object by object, to find one that comes twice.
 *
 * <p>One open-addressing table for all objects of the event: an entry is a name and the number of
 * its object. Numbers only rise, so entries of earlier events are known by theirs and count as
 * free: nothing is cleared and nothing allocated from one event to the next. One instance per
 * thread is reused.
 */
final class FieldNames {
  private static final ThreadLocal<FieldNames> OF_THREAD = ThreadLocal.withInitial(FieldNames::new);

  /** Slots at first, and as many as are kept from one event to the next. */
  private static final int SLOTS = 1024;

  /**
   * After so many taken slots a name continues elsewhere: its neighbours may be chosen to collide.
   */
  private static final int CROWDED = 8;

  private static final int LAST_OBJECT = 1 << 30;
  private static final long SEED = ThreadLocalRandom.current().nextLong();

  private final int[] open = new int[Limits.MAX_DEPTH + 1];
  private String[] names = new String[SLOTS];
  private int[] objects = new int[SLOTS];
  private int taken;
  private int depth;
  private int newest;
  private int root;
  private boolean inUse;

  private FieldNames() {}

  /** For one event; to be released at its end. */
  static FieldNames take() {
    FieldNames mine = OF_THREAD.get();
    if (mine.inUse) {
      // An event is read while another one is, on one thread.
      mine = new FieldNames();
    }
    mine.begin();
    return mine;
  }

  void release() {
    inUse = false;
    if (names.length > SLOTS) {
      names = new String[SLOTS];
      objects = new int[SLOTS];
    }
  }

  private void begin() {
    inUse = true;
    depth = 0;
    taken = 0;
    if (newest > LAST_OBJECT) {
      newest = 0;
      Arrays.fill(objects, 0);
    }
    root = newest + 1;
  }

  /** An object begins. */
  void enter() {
    open[depth++] = ++newest;
  }

  /** The innermost object ends. */
  void leave() {
    depth--;
  }

  /** Adds a field of the innermost object; false when that object has had it already. */
  boolean add(String name) {
    if (2 * taken >= names.length) {
      grow();
    }
    return put(name, open[depth - 1]);
  }

  private boolean put(String name, int object) {
    int mask = names.length - 1;
    int slot = near(name, object) & mask;
    for (int step = 0; objects[slot] >= root; step++) {
      if (objects[slot] == object && names[slot].equals(name)) {
        return false;
      }
      slot = (step == CROWDED ? far(name, object) : slot + 1) & mask;
    }
    names[slot] = name;
    objects[slot] = object;
    taken++;
    return true;
  }

  private void grow() {
    String[] oldNames = names;
    int[] oldObjects = objects;
    names = new String[2 * oldNames.length];
    objects = new int[2 * oldNames.length];
    taken = 0;
    for (int i = 0; i < oldNames.length; i++) {
      if (oldObjects[i] >= root) {
        put(oldNames[i], oldObjects[i]);
      }
    }
  }

  /** Costs nothing: the parser hands out the same text for the same name, and its hash is known. */
  private static int near(String name, int object) {
    int hash = (name.hashCode() ^ object) * 0x9E3779B9;
    return hash ^ (hash >>> 15);
  }

  /** Looks at every character, with a seed that no producer knows. */
  private static int far(String name, int object) {
    long hash = SEED ^ object;
    for (int i = 0; i < name.length(); i++) {
      hash = (hash ^ name.charAt(i)) * 0x9E3779B97F4A7C15L;
      hash ^= hash >>> 32;
    }
    return (int) hash;
  }
}
