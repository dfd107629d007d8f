package dev.runway.embedding;

import dev.runway.embedding.space.SpaceDirectory;
import dev.runway.flink.ModelDirectory;
import dev.runway.model.EmbeddingSpace;
import dev.runway.model.EmbeddingSpace.Consumer;
import dev.runway.model.EmbeddingSpace.Pair;
import dev.runway.model.EmbeddingSpace.Usage;
import dev.runway.model.EmbeddingSpace.Version;
import dev.runway.model.EmbeddingSpaceCodec;
import dev.runway.model.MalformedEvent;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;

/** Documents that a test writes and changes; kept in their written form, as graphs demand. */
public final class TestingSpaces implements SpaceDirectory.Factory {
  public static final String SPACE = "titles";

  private final HashMap<String, byte[]> documents = new HashMap<>();
  private final HashSet<String> unreadable = new HashSet<>();
  private boolean lagging;

  public TestingSpaces write(EmbeddingSpace... spaces) {
    for (EmbeddingSpace space : spaces) {
      documents.put(space.spaceId(), EmbeddingSpaceCodec.write(space));
    }
    return this;
  }

  public void remove(String spaceId) {
    documents.remove(spaceId);
    unreadable.remove(spaceId);
  }

  /** As a start finds a space whose last document is malformed. */
  public void spoil(String spaceId) {
    documents.remove(spaceId);
    unreadable.add(spaceId);
  }

  /** From now on a document is only seen by whoever asks for a version that is new in it. */
  public TestingSpaces lag() {
    lagging = true;
    return this;
  }

  /** Versions v1, again (the same training once more) and v2, compared as v1 with v2. */
  public static EmbeddingSpace space(Usage... usages) {
    return space(1, 1, 20_000, usages);
  }

  public static EmbeddingSpace space(
      long revision, double sampleRate, int sampleSize, Usage... usages) {
    return new EmbeddingSpace(
        SPACE,
        revision,
        List.of(version("v1"), version("again"), version("v2")),
        List.of(new Pair("v1", "v2")),
        new Pair("v1", "again"),
        List.of(usages).stream()
            .map(usage -> new Consumer("user-of-" + usage.name(), usage))
            .toList(),
        sampleRate,
        sampleSize);
  }

  public static Version version(String name) {
    return new Version(name, SomeVectors.DIMENSIONS);
  }

  /** The same document without a baseline pair. */
  public static EmbeddingSpace withoutBaseline(EmbeddingSpace space) {
    return new EmbeddingSpace(
        space.spaceId(),
        space.revision(),
        space.versions(),
        space.pairs(),
        null,
        space.consumers(),
        space.sampleRate(),
        space.sampleSize());
  }

  /** The same document with other versions and pairs. */
  public static EmbeddingSpace of(
      EmbeddingSpace space, List<Version> versions, List<Pair> pairs, Pair baseline) {
    return new EmbeddingSpace(
        space.spaceId(),
        space.revision() + 1,
        versions,
        pairs,
        baseline,
        space.consumers(),
        space.sampleRate(),
        space.sampleSize());
  }

  @Override
  public SpaceDirectory open(ModelDirectory.Refused refused) {
    return new Directory();
  }

  private final class Directory implements SpaceDirectory {
    private Map<String, byte[]> seen = new HashMap<>(documents);

    @Override
    public EmbeddingSpace find(String spaceId) {
      if (!lagging) {
        seen = new HashMap<>(documents);
      }
      byte[] document = seen.get(spaceId);
      if (document == null) {
        return null;
      }
      try {
        return EmbeddingSpaceCodec.read(document);
      } catch (MalformedEvent e) {
        throw new IllegalArgumentException("a document that its own codec refuses", e);
      }
    }

    @Override
    public EmbeddingSpace find(String spaceId, Version version, long asOfMillis) {
      EmbeddingSpace space = find(spaceId);
      if (space != null && SpaceDirectory.lists(space, version)) {
        return space;
      }
      seen = new HashMap<>(documents);
      return find(spaceId);
    }

    @Override
    public boolean isUnreadable(String spaceId) {
      return unreadable.contains(spaceId);
    }

    @Override
    public void close() {}
  }
}
