package dev.runway.bench;

import dev.runway.bench.harness.LocalFlink;
import dev.runway.bench.harness.Meter;
import dev.runway.bench.harness.Place;
import dev.runway.bench.harness.Row;
import dev.runway.groundtruth.join.JoinKey;
import java.nio.file.Files;
import java.nio.file.Path;
import org.apache.flink.runtime.state.KeyGroupRangeAssignment;
import org.rocksdb.BlockBasedTableConfig;
import org.rocksdb.BloomFilter;
import org.rocksdb.LRUCache;
import org.rocksdb.Options;
import org.rocksdb.RocksDB;
import org.rocksdb.RocksDBException;
import org.rocksdb.WriteBufferManager;
import org.rocksdb.WriteOptions;

/**
 * The least that any join on RocksDB must do: the waiting half is put, found again, and deleted.
 * Same keys with their key group, values as long as ours, cache, write buffers and bloom filter of
 * about the size that Flink gives RocksDB, no write ahead log; nothing is decoded, timed, counted
 * or corrected. Three accesses are two events.
 */
final class RocksLimit implements Workload.Events {
  /** Bytes of a waiting binary prediction as the job stores it. */
  private static final int VALUE_BYTES = 54;

  private static final long CACHE_BYTES = 512L << 20;

  private final Workload workload;
  private final RocksDB db;
  private final WriteOptions write;
  private final byte[] value = new byte[VALUE_BYTES];
  private final byte[] found = new byte[VALUE_BYTES];
  private long events;
  private long expired;

  private RocksLimit(Workload workload, RocksDB db, WriteOptions write) {
    this.workload = workload;
    this.db = db;
    this.write = write;
  }

  static Row run(Workload workload, long measuredSteps) throws Exception {
    RocksDB.loadLibrary();
    Path folder = Files.createTempDirectory("runway-bench-");
    try (LRUCache cache = new LRUCache(CACHE_BYTES);
        WriteBufferManager buffers = new WriteBufferManager(CACHE_BYTES / 2, cache);
        BloomFilter bloom = new BloomFilter(10, false);
        Options options =
            new Options()
                .setCreateIfMissing(true)
                .setWriteBufferManager(buffers)
                .setTableFormatConfig(
                    new BlockBasedTableConfig().setBlockCache(cache).setFilterPolicy(bloom));
        WriteOptions write = new WriteOptions().setDisableWAL(true);
        RocksDB db = RocksDB.open(options, folder.toString())) {
      RocksLimit limit = new RocksLimit(workload, db, write);
      long from = workload.warmUp();
      limit.play(0, from);
      Meter meter = Meter.now();
      long before = limit.events;
      limit.play(from, from + measuredSteps);
      return meter.row("RocksDB put, get, delete", "limit", workload.open(), limit.events - before);
    } finally {
      Place.delete(folder);
    }
  }

  private void play(long from, long to) throws RocksDBException {
    for (long step = from; step < to; step++) {
      workload.step(step, this);
      // What came a horizon ago is let go.
      for (long until = workload.expiredBefore(step); expired < until; expired++) {
        db.delete(write, key(expired));
      }
    }
  }

  @Override
  public void prediction(long n) {
    try {
      db.put(write, key(n), value);
    } catch (RocksDBException e) {
      throw new IllegalStateException(e);
    }
    events++;
  }

  @Override
  public void outcome(long n, long step) {
    try {
      db.get(key(n), found);
    } catch (RocksDBException e) {
      throw new IllegalStateException(e);
    }
    events++;
  }

  /** As Flink makes it: key group, key, and a byte for the namespace that plain state has. */
  private byte[] key(long n) {
    JoinKey key = JoinKey.of(Workload.MODEL, workload.id(n));
    int group = KeyGroupRangeAssignment.assignToKeyGroup(key, LocalFlink.MAX_PARALLELISM);
    byte[] id = key.bytes();
    byte[] bytes = new byte[id.length + 3];
    bytes[0] = (byte) (group >>> 8);
    bytes[1] = (byte) group;
    System.arraycopy(id, 0, bytes, 2, id.length);
    return bytes;
  }
}
