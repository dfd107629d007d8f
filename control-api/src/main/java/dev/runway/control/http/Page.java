package dev.runway.control.http;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.UUID;
import java.util.function.Function;

/**
 * A page of a list. The cursor is the key of its last item, so that pages stay right while the list
 * changes.
 */
public final class Page {
  private static final int DEFAULT_LIMIT = 50;

  private final Call call;
  private final int limit;
  private final String after;

  private Page(Call call, int limit, String after) {
    this.call = call;
    this.limit = limit;
    this.after = after;
  }

  /**
   * The page that a call asks for.
   *
   * @throws Problem 400 if its cursor is not one of ours
   */
  public static Page of(Call call) {
    String limit = call.query("limit");
    String cursor = call.query("cursor");
    String after = "";
    if (cursor != null) {
      try {
        after = new String(Base64.getUrlDecoder().decode(cursor), StandardCharsets.UTF_8);
      } catch (IllegalArgumentException e) {
        throw notOurs();
      }
      if (after.indexOf(0) >= 0 || after.indexOf(0xFFFD) >= 0) {
        throw notOurs();
      }
    }
    return new Page(call, limit == null ? DEFAULT_LIMIT : Integer.parseInt(limit), after);
  }

  /** What to answer to a cursor that is none of ours. */
  public static Problem notOurs() {
    return Problem.parameter("parameter", "cursor", "take it from the Link header of a page");
  }

  /** Key of the last item of the page before; empty for the first page. */
  public String after() {
    return after;
  }

  /**
   * The same as a number.
   *
   * @param first what stands for the first page
   */
  public long afterNumber(long first) {
    try {
      return after.isEmpty() ? first : Long.parseLong(after);
    } catch (NumberFormatException e) {
      throw notOurs();
    }
  }

  /** The same as a UUID; the lowest one for the first page. */
  public UUID afterUuid() {
    try {
      return after.isEmpty() ? new UUID(0, 0) : UUID.fromString(after);
    } catch (IllegalArgumentException e) {
      throw notOurs();
    }
  }

  /** Rows to ask for: one more than a page, which tells whether there is another page. */
  public int rows() {
    return limit + 1;
  }

  /** The answer of what was found. */
  public Answer answer(List<ObjectNode> found, Function<ObjectNode, String> key) {
    return answer(found, key, false);
  }

  /**
   * The answer of what was found.
   *
   * @param cut whether there is more even if there are fewer than a page takes
   */
  public Answer answer(List<ObjectNode> found, Function<ObjectNode, String> key, boolean cut) {
    boolean more = cut || found.size() > limit;
    List<ObjectNode> items = found.subList(0, Math.min(limit, found.size()));
    ObjectNode body = JsonNodeFactory.instance.objectNode();
    ArrayNode array = body.putArray("items");
    items.forEach(array::add);
    if (!more) {
      return Answer.ok(body);
    }
    String last = key.apply(items.get(items.size() - 1));
    String cursor =
        Base64.getUrlEncoder()
            .withoutPadding()
            .encodeToString(last.getBytes(StandardCharsets.UTF_8));
    body.put("next_cursor", cursor);
    return Answer.ok(body).with("Link", "<" + address(cursor) + ">; rel=\"next\"");
  }

  private String address(String cursor) {
    Map<String, String> query = new TreeMap<>(call.query());
    query.put("cursor", cursor);
    StringBuilder address = new StringBuilder("?");
    query.forEach(
        (name, value) ->
            address
                .append(address.length() == 1 ? "" : "&")
                .append(name)
                .append('=')
                .append(URLEncoder.encode(value, StandardCharsets.UTF_8)));
    return address.toString();
  }
}
