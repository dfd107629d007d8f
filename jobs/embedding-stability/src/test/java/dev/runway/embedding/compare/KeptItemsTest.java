package dev.runway.embedding.compare;

import static dev.runway.embedding.TestingSpaces.space;
import static dev.runway.embedding.compare.CompareHarness.START;
import static dev.runway.embedding.compare.CompareHarness.vector;
import static org.assertj.core.api.Assertions.assertThat;

import dev.runway.embedding.SomeVectors;
import dev.runway.model.EmbeddingSpace;
import dev.runway.model.EmbeddingSpace.Usage;
import java.lang.reflect.Proxy;
import java.util.HashMap;
import java.util.Iterator;
import java.util.Map;
import org.apache.flink.api.common.functions.RuntimeContext;
import org.apache.flink.api.common.state.MapState;
import org.apache.flink.api.common.state.MapStateDescriptor;
import org.junit.jupiter.api.Test;

/** What a vector that comes reads and writes of the state of its space. */
class KeptItemsTest {
  private static final int ITEMS = 4_000;
  private static final int SAMPLE = 1_000;

  private final Map<String, Rows<?, ?>> states = new HashMap<>();
  private final KeptItems items = new KeptItems(context());

  /** Its own row and the few numbers of its version, however many items are kept. */
  @Test
  void vector_writesItsOwnRow_andNeverWhatElseIsKept() throws Exception {
    EmbeddingSpace space = space(1, 1, SAMPLE, Usage.COORDINATES);
    float[][] vectors = SomeVectors.clustered(ITEMS, 1);
    int scans = 0;
    for (String version : new String[] {"v1", "v2"}) {
      for (int i = 0; i < ITEMS; i++) {
        int wrote = rows("item-vector").puts;
        int told = rows("kept-version").puts;
        int scanned = rows("item-vector").scans;

        items.add(vector(version, i, vectors[i]), space, contradicted -> {});

        assertThat(rows("item-vector").puts - wrote).isLessThanOrEqualTo(1);
        assertThat(rows("kept-version").puts - told).isLessThanOrEqualTo(1);
        scans += rows("item-vector").scans - scanned;
      }
    }
    // Once twice the sample is there, the half of it with the higher hashes goes.
    assertThat(rows("item-vector").kept.size()).isBetween(2 * SAMPLE, 4 * SAMPLE);
    assertThat(scans).as("looks over all rows").isBetween(2, 2 * ITEMS / SAMPLE);

    int wrote = rows("item-vector").puts;
    items.add(vector("v1", 0, vectors[1], START + 60_000), space, contradicted -> {});
    assertThat(rows("item-vector").puts - wrote).as("an update").isLessThanOrEqualTo(1);
  }

  private Rows<?, ?> rows(String state) {
    return states.get(state);
  }

  private RuntimeContext context() {
    return (RuntimeContext)
        Proxy.newProxyInstance(
            getClass().getClassLoader(),
            new Class<?>[] {RuntimeContext.class},
            (proxy, method, arguments) -> {
              if (method.getName().equals("getMapState")
                  && arguments[0] instanceof MapStateDescriptor<?, ?> descriptor) {
                return states.computeIfAbsent(descriptor.getName(), name -> new Rows<>());
              }
              throw new UnsupportedOperationException(method.getName());
            });
  }

  /** Rows that count who touches them. */
  private static final class Rows<K, V> implements MapState<K, V> {
    private final Map<K, V> kept = new HashMap<>();
    private int puts;
    private int scans;

    @Override
    public V get(K key) {
      return kept.get(key);
    }

    @Override
    public void put(K key, V value) {
      puts++;
      kept.put(key, value);
    }

    @Override
    public void putAll(Map<K, V> map) {
      map.forEach(this::put);
    }

    @Override
    public void remove(K key) {
      kept.remove(key);
    }

    @Override
    public boolean contains(K key) {
      return kept.containsKey(key);
    }

    @Override
    public Iterable<Map.Entry<K, V>> entries() {
      scans++;
      return kept.entrySet();
    }

    @Override
    public Iterable<K> keys() {
      scans++;
      return kept.keySet();
    }

    @Override
    public Iterable<V> values() {
      scans++;
      return kept.values();
    }

    @Override
    public Iterator<Map.Entry<K, V>> iterator() {
      return entries().iterator();
    }

    @Override
    public boolean isEmpty() {
      return kept.isEmpty();
    }

    @Override
    public void clear() {
      kept.clear();
    }
  }
}
