package dev.runway.lineage.metaflow;

import java.io.DataInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Reads pickles of plain data: dictionaries, lists, tuples, texts, numbers, truth values and none.
 *
 * <p>A pickle is a program that may name any class and call it. Here nothing can be named or
 * called: a pickle that wants to is refused.
 */
final class PlainPickle {
  private static final Object NONE = new Object();

  private final DataInputStream in;
  private final int most;
  private final Deque<Object> stack = new ArrayDeque<>();
  private final Deque<Deque<Object>> marked = new ArrayDeque<>();
  private final Map<Integer, Object> memo = new HashMap<>();
  private Deque<Object> top = stack;

  private PlainPickle(InputStream in, int most) {
    this.in = new DataInputStream(in);
    this.most = most;
  }

  /**
   * Reads one value.
   *
   * @param most bytes that one text may have
   * @return maps, lists, texts, numbers, truth values; null for Python's none
   * @throws IOException if it is no pickle, or not of plain data
   */
  static @Nullable Object read(InputStream in, int most) throws IOException {
    PlainPickle pickle = new PlainPickle(in, most);
    try {
      while (true) {
        int code = pickle.in.readUnsignedByte();
        if (code == '.') {
          return pickle.plain(pickle.pop());
        }
        pickle.step(code);
      }
    } catch (EOFException e) {
      throw new IOException("the pickle has no end", e);
    }
  }

  private void step(int code) throws IOException {
    switch (code) {
      case 0x80 -> in.readUnsignedByte(); // Protocol; what matters is what it says.
      case 0x95 -> in.readLong(); // Frame.
      case '(' -> {
        marked.push(top);
        top = new ArrayDeque<>();
      }
      case '}' -> push(new LinkedHashMap<Object, Object>());
      case ']' -> push(new ArrayList<>());
      case ')' -> push(new ArrayList<>());
      case 0x85, 0x86, 0x87 -> tuple(code - 0x84);
      case 't' -> push(new ArrayList<>(sinceMark()));
      case 'N' -> push(NONE);
      case 0x88 -> push(true);
      case 0x89 -> push(false);
      case 'K' -> push((long) in.readUnsignedByte());
      case 'M' -> push(little(2));
      case 'J' -> push((long) (int) little(4));
      case 0x8a -> push(number(in.readUnsignedByte()));
      case 'G' -> push(in.readDouble());
      case 0x8c -> push(text(in.readUnsignedByte()));
      case 'X' -> push(text(little(4)));
      case 0x8d -> push(text(little(8)));
      case 'a' -> {
        Object item = pop();
        list(peek()).add(item);
      }
      case 'e' -> {
        List<Object> items = sinceMark();
        list(peek()).addAll(items);
      }
      case 's' -> {
        Object value = pop();
        Object key = pop();
        put(key, value);
      }
      case 'u' -> {
        List<Object> items = sinceMark();
        for (int i = 0; i + 1 < items.size(); i += 2) {
          put(items.get(i), items.get(i + 1));
        }
      }
      case 0x94 -> memo.put(memo.size(), peek());
      case 'q' -> memo.put(in.readUnsignedByte(), peek());
      case 'r' -> memo.put((int) little(4), peek());
      case 'h' -> push(remembered(in.readUnsignedByte()));
      case 'j' -> push(remembered((int) little(4)));
      default -> throw new IOException("not plain data: pickle code " + code);
    }
  }

  private void tuple(int size) throws IOException {
    List<Object> items = new ArrayList<>();
    for (int i = 0; i < size; i++) {
      items.add(0, pop());
    }
    push(items);
  }

  private void push(Object value) {
    top.addLast(value);
  }

  private Object pop() throws IOException {
    Object value = top.pollLast();
    if (value == null) {
      throw new IOException("the pickle takes more than it gave");
    }
    return value;
  }

  private Object peek() throws IOException {
    Object value = top.peekLast();
    if (value == null) {
      throw new IOException("the pickle looks at nothing");
    }
    return value;
  }

  private List<Object> sinceMark() throws IOException {
    if (marked.isEmpty()) {
      throw new IOException("the pickle has no mark");
    }
    List<Object> items = new ArrayList<>(top);
    top = marked.pop();
    return items;
  }

  private Object remembered(int number) throws IOException {
    Object value = memo.get(number);
    if (value == null) {
      throw new IOException("the pickle remembers nothing at " + number);
    }
    return value;
  }

  private long little(int bytes) throws IOException {
    long value = 0;
    for (int i = 0; i < bytes; i++) {
      value |= (long) in.readUnsignedByte() << (8 * i);
    }
    return value;
  }

  private long number(int bytes) throws IOException {
    if (bytes > 8) {
      throw new IOException("a number of " + bytes + " bytes is none of ours");
    }
    long value = little(bytes);
    int unused = 64 - 8 * bytes;
    return bytes == 0 ? 0 : value << unused >> unused;
  }

  private String text(long bytes) throws IOException {
    if (bytes < 0 || bytes > most) {
      throw new IOException("a text of " + bytes + " bytes; at most " + most + " are read");
    }
    byte[] text = in.readNBytes((int) bytes);
    if (text.length < bytes) {
      throw new EOFException();
    }
    return new String(text, StandardCharsets.UTF_8);
  }

  @SuppressWarnings("unchecked") // Every list here is one of ours.
  private static List<Object> list(Object value) throws IOException {
    if (value instanceof List<?> list) {
      return (List<Object>) list;
    }
    throw new IOException("the pickle appends to what is no list");
  }

  @SuppressWarnings("unchecked") // Every map here is one of ours.
  private static Map<Object, Object> map(Object value) throws IOException {
    if (value instanceof Map<?, ?> map) {
      return (Map<Object, Object>) map;
    }
    throw new IOException("the pickle sets an item of what is no dictionary");
  }

  private void put(Object key, Object value) throws IOException {
    if (key instanceof List<?> || key instanceof Map<?, ?>) {
      throw new IOException("a key of the pickle is no plain value");
    }
    map(peek()).put(key, value);
  }

  private @Nullable Object plain(Object value) {
    return Objects.equals(value, NONE) ? null : value;
  }
}
