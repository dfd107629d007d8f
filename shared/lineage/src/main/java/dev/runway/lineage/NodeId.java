package dev.runway.lineage;

import java.util.Locale;
import java.util.Optional;

/**
 * Names a node: its kind in lower case, a colon, and its name.
 *
 * @param name of a version {@code model/version}, of a deployment its id
 */
public record NodeId(NodeKind kind, String name) {
  /** Characters of a name: every id of the registry, and then some. */
  public static final int MAX_NAME = 280;

  public static NodeId model(String modelId) {
    return new NodeId(NodeKind.MODEL, modelId);
  }

  public static NodeId version(String modelId, String version) {
    return new NodeId(NodeKind.VERSION, modelId + "/" + version);
  }

  /** The node of a text; empty when it is none. */
  public static Optional<NodeId> parse(String text) {
    int colon = text.indexOf(':');
    if (colon < 0
        || colon + 1 == text.length()
        || text.length() - colon - 1 > MAX_NAME
        || text.chars().anyMatch(c -> c < ' ' || c == 0x7F)) {
      return Optional.empty();
    }
    for (NodeKind kind : NodeKind.values()) {
      if (kind.word().equals(text.substring(0, colon))) {
        return Optional.of(new NodeId(kind, text.substring(colon + 1)));
      }
    }
    return Optional.empty();
  }

  /**
   * The node of a text out of the database, which was checked when it came, by the rules of then.
   */
  public static NodeId stored(String text) {
    int colon = text.indexOf(':');
    return new NodeId(
        NodeKind.valueOf(text.substring(0, colon).toUpperCase(Locale.ROOT)),
        text.substring(colon + 1));
  }

  /** As it is stored and sent. */
  public String text() {
    return kind.word() + ":" + name;
  }
}
