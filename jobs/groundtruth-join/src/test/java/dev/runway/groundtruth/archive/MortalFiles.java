package dev.runway.groundtruth.archive;

import java.io.IOException;
import java.net.URI;
import org.apache.flink.core.fs.BlockLocation;
import org.apache.flink.core.fs.FSDataInputStream;
import org.apache.flink.core.fs.FSDataOutputStream;
import org.apache.flink.core.fs.FileStatus;
import org.apache.flink.core.fs.FileSystem;
import org.apache.flink.core.fs.Path;
import org.apache.flink.core.fs.RecoverableFsDataOutputStream;
import org.apache.flink.core.fs.RecoverableWriter;
import org.apache.flink.core.io.SimpleVersionedSerializer;

/**
 * The local file system, of a process that dies: the n-th call does nothing and throws, and so does
 * every later one, so that no clean-up is done either.
 */
class MortalFiles extends FileSystem {
  private final FileSystem files = FileSystem.getLocalFileSystem();
  private final int last;
  private final boolean isStore;
  private int calls;

  /**
   * @param last number of the call at which it dies, from 1 on
   */
  MortalFiles(int last) {
    this(last, false);
  }

  private MortalFiles(int last, boolean isStore) {
    this.last = last;
    this.isStore = isStore;
  }

  /** One that lives and says of itself that it is on many machines, so that it has no locks. */
  static class Store extends MortalFiles {
    Store() {
      super(Integer.MAX_VALUE, true);
    }
  }

  int calls() {
    return calls;
  }

  private void live() throws IOException {
    calls++;
    if (calls >= last) {
      throw new IOException("died at call " + last);
    }
  }

  @Override
  public Path getWorkingDirectory() {
    return files.getWorkingDirectory();
  }

  @Override
  public Path getHomeDirectory() {
    return files.getHomeDirectory();
  }

  @Override
  public URI getUri() {
    return files.getUri();
  }

  @Override
  public FileStatus getFileStatus(Path path) throws IOException {
    return files.getFileStatus(path);
  }

  @Override
  public BlockLocation[] getFileBlockLocations(FileStatus file, long start, long length)
      throws IOException {
    return files.getFileBlockLocations(file, start, length);
  }

  @Override
  public FSDataInputStream open(Path path, int bufferSize) throws IOException {
    live();
    return files.open(path, bufferSize);
  }

  @Override
  public FSDataInputStream open(Path path) throws IOException {
    live();
    return files.open(path);
  }

  @Override
  public boolean exists(Path path) throws IOException {
    live();
    return files.exists(path);
  }

  @Override
  public FileStatus[] listStatus(Path path) throws IOException {
    live();
    return files.listStatus(path);
  }

  @Override
  public boolean delete(Path path, boolean recursive) throws IOException {
    live();
    return files.delete(path, recursive);
  }

  @Override
  public boolean mkdirs(Path path) throws IOException {
    live();
    return files.mkdirs(path);
  }

  @Override
  public FSDataOutputStream create(Path path, WriteMode mode) throws IOException {
    live();
    return files.create(path, mode);
  }

  @Override
  public boolean rename(Path from, Path to) throws IOException {
    live();
    return files.rename(from, to);
  }

  @Override
  public boolean isDistributedFS() {
    return isStore;
  }

  @Override
  public RecoverableWriter createRecoverableWriter() throws IOException {
    live();
    return new Writer(files.createRecoverableWriter());
  }

  private final class Writer implements RecoverableWriter {
    private final RecoverableWriter writer;

    Writer(RecoverableWriter writer) {
      this.writer = writer;
    }

    @Override
    public RecoverableFsDataOutputStream open(Path path) throws IOException {
      live();
      return new Stream(writer.open(path));
    }

    @Override
    public RecoverableFsDataOutputStream recover(ResumeRecoverable resumable) {
      throw new UnsupportedOperationException();
    }

    @Override
    public boolean requiresCleanupOfRecoverableState() {
      return writer.requiresCleanupOfRecoverableState();
    }

    @Override
    public boolean cleanupRecoverableState(ResumeRecoverable resumable) {
      throw new UnsupportedOperationException();
    }

    @Override
    public RecoverableFsDataOutputStream.Committer recoverForCommit(CommitRecoverable resumable) {
      throw new UnsupportedOperationException();
    }

    @Override
    public SimpleVersionedSerializer<CommitRecoverable> getCommitRecoverableSerializer() {
      return writer.getCommitRecoverableSerializer();
    }

    @Override
    public SimpleVersionedSerializer<ResumeRecoverable> getResumeRecoverableSerializer() {
      return writer.getResumeRecoverableSerializer();
    }

    @Override
    public boolean supportsResume() {
      return writer.supportsResume();
    }
  }

  private final class Stream extends RecoverableFsDataOutputStream {
    private final RecoverableFsDataOutputStream out;
    private boolean begun;

    Stream(RecoverableFsDataOutputStream out) {
      this.out = out;
    }

    @Override
    public void write(int b) throws IOException {
      begin();
      out.write(b);
    }

    @Override
    public void write(byte[] bytes, int offset, int length) throws IOException {
      begin();
      out.write(bytes, offset, length);
    }

    /** A file that is torn here is like one that is torn there: neither can be seen. */
    private void begin() throws IOException {
      if (!begun) {
        begun = true;
        live();
      }
    }

    @Override
    public long getPos() throws IOException {
      return out.getPos();
    }

    @Override
    public void flush() throws IOException {
      out.flush();
    }

    @Override
    public void sync() throws IOException {
      live();
      out.sync();
    }

    @Override
    public RecoverableWriter.ResumeRecoverable persist() throws IOException {
      live();
      return out.persist();
    }

    @Override
    public Committer closeForCommit() throws IOException {
      live();
      Committer committer = out.closeForCommit();
      return new Committer() {
        @Override
        public void commit() throws IOException {
          live();
          committer.commit();
        }

        @Override
        public void commitAfterRecovery() {
          throw new UnsupportedOperationException();
        }

        @Override
        public RecoverableWriter.CommitRecoverable getRecoverable() {
          return committer.getRecoverable();
        }
      };
    }

    @Override
    public void close() throws IOException {
      out.close();
    }
  }
}
