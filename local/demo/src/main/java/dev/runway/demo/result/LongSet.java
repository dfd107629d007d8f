package dev.runway.demo.result;

/** A set of longs in one array: a million take 16 MB, where boxed ones take 50. */
final class LongSet {
  private static final long GOLDEN = 0x9E3779B97F4A7C15L;

  private long[] slots = new long[1 << 10];
  private int size;
  private boolean hasZero;

  /** Whether it was not in the set before. */
  boolean add(long value) {
    if (value == 0) {
      boolean added = !hasZero;
      hasZero = true;
      return added;
    }
    if (2 * size >= slots.length) {
      grow();
    }
    int at = slotOf(slots, value);
    if (slots[at] == value) {
      return false;
    }
    slots[at] = value;
    size++;
    return true;
  }

  private static int slotOf(long[] slots, long value) {
    int mask = slots.length - 1;
    int at = (int) ((value * GOLDEN) >>> 32) & mask;
    while (slots[at] != 0 && slots[at] != value) {
      at = (at + 1) & mask;
    }
    return at;
  }

  private void grow() {
    long[] larger = new long[Math.multiplyExact(slots.length, 2)];
    for (long value : slots) {
      if (value != 0) {
        larger[slotOf(larger, value)] = value;
      }
    }
    slots = larger;
  }
}
