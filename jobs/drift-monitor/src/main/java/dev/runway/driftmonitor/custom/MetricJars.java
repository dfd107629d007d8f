package dev.runway.driftmonitor.custom;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;
import org.apache.flink.core.fs.FileStatus;
import org.apache.flink.core.fs.FileSystem;

/**
 * A class loader over jars of any file system that Flink knows. They are copied first: a class
 * loader reads no object store, and a jar that is replaced while it is read breaks it.
 */
final class MetricJars implements AutoCloseable {
  static final int MAX_JARS = 50;
  static final long MAX_JAR_BYTES = 100L << 20;

  private final Path copies;
  private final URLClassLoader loader;

  private MetricJars(Path copies, URLClassLoader loader) {
    this.copies = copies;
    this.loader = loader;
  }

  /**
   * Copies the jars and opens them.
   *
   * @param locations jars, and folders whose files that end in {@code .jar} are taken
   * @throws IOException if one cannot be read, or they are too many or too large
   */
  static MetricJars open(List<String> locations, ClassLoader parent) throws IOException {
    Path copies = Files.createTempDirectory("runway-metrics");
    try {
      List<URL> urls = new ArrayList<>();
      for (String location : locations) {
        for (FileStatus jar : jarsOf(location)) {
          if (urls.size() == MAX_JARS || jar.getLen() > MAX_JAR_BYTES) {
            throw new IOException(
                "%s: at most %d jars of %d bytes are opened"
                    .formatted(jar.getPath(), MAX_JARS, MAX_JAR_BYTES));
          }
          Path copy = copies.resolve(urls.size() + ".jar");
          try (InputStream in = jar.getPath().getFileSystem().open(jar.getPath())) {
            Files.copy(in, copy);
          }
          urls.add(copy.toUri().toURL());
        }
      }
      return new MetricJars(copies, new URLClassLoader(urls.toArray(URL[]::new), parent));
    } catch (IOException e) {
      delete(copies);
      throw e;
    }
  }

  private static List<FileStatus> jarsOf(String location) throws IOException {
    org.apache.flink.core.fs.Path path = new org.apache.flink.core.fs.Path(location);
    FileSystem files = path.getFileSystem();
    FileStatus status = files.getFileStatus(path);
    if (!status.isDir()) {
      return List.of(status);
    }
    FileStatus[] inside = files.listStatus(path);
    return Stream.of(inside == null ? new FileStatus[0] : inside)
        .filter(file -> !file.isDir() && file.getPath().getName().endsWith(".jar"))
        .sorted(Comparator.comparing(file -> file.getPath().getName()))
        .toList();
  }

  URLClassLoader loader() {
    return loader;
  }

  @Override
  public void close() {
    try {
      loader.close();
      delete(copies);
    } catch (IOException e) {
      throw new UncheckedIOException("jars of metrics", e);
    }
  }

  private static void delete(Path folder) throws IOException {
    try (Stream<Path> files = Files.list(folder)) {
      for (Path file : files.toList()) {
        Files.deleteIfExists(file);
      }
    }
    Files.deleteIfExists(folder);
  }
}
