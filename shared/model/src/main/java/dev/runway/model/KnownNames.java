package dev.runway.model;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.concurrent.ThreadLocalRandom;
import org.jspecify.annotations.Nullable;

/**
 * Names of features from their bytes: the same text for the same bytes, so that nothing is
 * allocated for a name that was seen before and maps behind it compare references.
 *
 * <p>Holds so many bytes, and begins anew behind them: a producer may invent new names for ever.
 * The hash has a seed that no producer knows, and few slots are looked at.
 */
final class KnownNames {

  /** A name, and in which event it was asked for last. */
  static final class Name {
    final String text;
    final byte[] bytes;
    private long event;

    /** The one that followed it last time; null before that, and where names were let go since. */
    @Nullable Name next;

    Name(byte[] bytes) {
      this.bytes = bytes;
      text = new String(bytes, StandardCharsets.US_ASCII);
    }

    /** Marks it as a name of an event; false when it was one already. */
    boolean mark(long number) {
      boolean isNew = event != number;
      event = number;
      return isNew;
    }
  }

  private static final VarHandle LONGS =
      MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);
  private static final long SEED = ThreadLocalRandom.current().nextLong() | 1;
  private static final long MIX = 0x9E3779B97F4A7C15L;

  /** Bytes held: 60,000 names of 20 characters, those of a thousand models. */
  static final int MAX_BYTES = 8 << 20;

  /** A name with its two arrays and texts, and its place in the slots, but its characters. */
  private static final int BYTES_OF_A_NAME = 100;

  private static final int FIRST_SLOTS = 1 << 10;
  private static final int MOST_STEPS = 16;

  private @Nullable Name[] slots = new @Nullable Name[FIRST_SLOTS];
  private int size;
  private int bytes;

  /** Stands before the first name of each event. */
  final Name start = new Name(new byte[0]);

  /**
   * The name that these bytes of ASCII are; null where its slots are taken, which may be on
   * purpose, or where names were let go to make room.
   */
  @Nullable Name of(byte[] event, int from, int to) {
    long hash = hash(event, from, to);
    int mask = slots.length - 1;
    int slot = (int) (hash >>> 32) & mask;
    for (int step = 0; step < MOST_STEPS; step++) {
      Name known = slots[slot];
      if (known == null) {
        return add(Arrays.copyOfRange(event, from, to));
      }
      if (Arrays.equals(known.bytes, 0, known.bytes.length, event, from, to)) {
        return known;
      }
      slot = (slot + 1) & mask;
    }
    return null;
  }

  /** Bytes that the names hold. */
  int bytes() {
    return bytes;
  }

  private @Nullable Name add(byte[] text) {
    boolean kept = true;
    if (bytes + bytesOf(text) > MAX_BYTES) {
      slots = new @Nullable Name[FIRST_SLOTS];
      start.next = null;
      size = 0;
      bytes = 0;
      kept = false;
    } else if (2 * size >= slots.length) {
      kept = grow();
    }
    Name name = new Name(text);
    // Where names were let go, those of the event that is being read are not known any more.
    return put(name) && kept ? name : null;
  }

  private boolean grow() {
    @Nullable Name[] before = slots;
    slots = new @Nullable Name[2 * before.length];
    start.next = null;
    size = 0;
    bytes = 0;
    boolean kept = true;
    for (Name name : before) {
      if (name != null) {
        // It may be one that finds no slot any more.
        name.next = null;
        kept &= put(name);
      }
    }
    return kept;
  }

  private boolean put(Name name) {
    int mask = slots.length - 1;
    int slot = (int) (hash(name.bytes, 0, name.bytes.length) >>> 32) & mask;
    for (int step = 0; step < MOST_STEPS; step++) {
      if (slots[slot] == null) {
        slots[slot] = name;
        size++;
        bytes += bytesOf(name.bytes);
        return true;
      }
      slot = (slot + 1) & mask;
    }
    return false;
  }

  /** Each character is held twice: to be compared, and in the text. */
  private static int bytesOf(byte[] text) {
    return BYTES_OF_A_NAME + 2 * text.length;
  }

  private static long hash(byte[] bytes, int from, int to) {
    long hash = SEED ^ (to - from);
    int at = from;
    for (; at + Long.BYTES <= to; at += Long.BYTES) {
      hash = (hash ^ (long) LONGS.get(bytes, at)) * MIX;
      hash ^= hash >>> 29;
    }
    for (; at < to; at++) {
      hash = (hash ^ bytes[at]) * MIX;
    }
    return (hash ^ (hash >>> 29)) * MIX;
  }
}
