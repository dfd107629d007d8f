package dev.runway.demo.replay;

import java.util.function.IntToLongFunction;

/** Puts event numbers in order of time; equal times keep the order of their numbers. */
final class PlayOrder {
  private PlayOrder() {}

  /**
   * Sorts by merging runs: lines that are nearly in order, as files mostly are, take a pass or two.
   *
   * @param count numbers 0 to count - 1 are sorted
   */
  static int[] sorted(int count, IntToLongFunction millis) {
    int[] order = identity(count);
    int[] other = new int[count];
    for (int width = 1; width > 0 && width < count; width *= 2) {
      for (int from = 0; from < count; from += 2 * width) {
        int middle = (int) Math.min((long) from + width, count);
        int to = (int) Math.min((long) from + 2L * width, count);
        merge(order, other, from, middle, to, millis);
        if (to == count) {
          break;
        }
      }
      int[] swap = order;
      order = other;
      other = swap;
    }
    return order;
  }

  private static void merge(
      int[] source, int[] target, int from, int middle, int to, IntToLongFunction millis) {
    boolean inOrder =
        middle >= to
            || millis.applyAsLong(source[middle - 1]) <= millis.applyAsLong(source[middle]);
    if (inOrder) {
      System.arraycopy(source, from, target, from, to - from);
      return;
    }
    interleave(source, target, from, middle, to, millis);
  }

  /**
   * Merges two sequences that keep their own order, by whichever's next is earlier; the first one
   * goes first when equal.
   *
   * @param first numbers 0 to first - 1 are the first sequence
   * @param count numbers first to count - 1 are the second
   */
  static int[] zipped(int first, int count, IntToLongFunction millis) {
    int[] order = new int[count];
    interleave(identity(count), order, 0, first, count, millis);
    return order;
  }

  private static int[] identity(int count) {
    int[] numbers = new int[count];
    for (int i = 0; i < count; i++) {
      numbers[i] = i;
    }
    return numbers;
  }

  private static void interleave(
      int[] source, int[] target, int from, int middle, int to, IntToLongFunction millis) {
    int left = from;
    int right = middle;
    for (int at = from; at < to; at++) {
      boolean takeLeft =
          right >= to
              || (left < middle
                  && millis.applyAsLong(source[left]) <= millis.applyAsLong(source[right]));
      target[at] = takeLeft ? source[left++] : source[right++];
    }
  }
}
