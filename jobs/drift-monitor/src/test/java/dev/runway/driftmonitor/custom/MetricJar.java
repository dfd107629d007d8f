package dev.runway.driftmonitor.custom;

import static org.assertj.core.api.Assertions.assertThat;

import dev.runway.drift.custom.DriftMetric;
import java.io.IOException;
import java.io.OutputStream;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.jar.JarEntry;
import java.util.jar.JarOutputStream;
import java.util.stream.Stream;
import javax.tools.JavaCompiler;
import javax.tools.JavaFileObject;
import javax.tools.SimpleJavaFileObject;
import javax.tools.StandardJavaFileManager;
import javax.tools.ToolProvider;

/** Jars with metrics, compiled from source as a user would. */
public final class MetricJar {
  private MetricJar() {}

  /**
   * Compiles a class and writes a jar that names it as a metric.
   *
   * @param className with its package
   */
  public static void write(Path jar, String className, String source) throws IOException {
    Path classes = Files.createTempDirectory(jar.getParent(), "classes");
    JavaCompiler compiler = ToolProvider.getSystemJavaCompiler();
    try (StandardJavaFileManager files = compiler.getStandardFileManager(null, null, null)) {
      boolean compiled =
          compiler
              .getTask(
                  null,
                  files,
                  null,
                  List.of("-d", classes.toString(), "-proc:none"),
                  null,
                  List.of(new Source(className, source)))
              .call();
      assertThat(compiled).isTrue();
    }
    try (OutputStream bytes = Files.newOutputStream(jar);
        JarOutputStream out = new JarOutputStream(bytes);
        Stream<Path> found = Files.walk(classes)) {
      for (Path file : found.filter(Files::isRegularFile).toList()) {
        add(out, classes.relativize(file).toString(), Files.readAllBytes(file));
      }
      add(
          out,
          "META-INF/services/" + DriftMetric.class.getName(),
          className.getBytes(StandardCharsets.UTF_8));
    }
  }

  /** The same with a body of {@code measure} alone. */
  static void write(Path jar, String className, String name, String body) throws IOException {
    int dot = className.lastIndexOf('.');
    write(
        jar,
        className,
        """
        package %s;
        import dev.runway.drift.custom.*;
        import java.util.Optional;
        public final class %s implements DriftMetric {
          public String name() { return "%s"; }
          public Optional<Measure> measure(FeatureWindow window) { %s }
        }
        """
            .formatted(className.substring(0, dot), className.substring(dot + 1), name, body));
  }

  private static void add(JarOutputStream out, String name, byte[] bytes) throws IOException {
    out.putNextEntry(new JarEntry(name));
    out.write(bytes);
    out.closeEntry();
  }

  private static final class Source extends SimpleJavaFileObject {
    private final String text;

    Source(String className, String text) {
      super(
          URI.create("string:///" + className.replace('.', '/') + ".java"),
          JavaFileObject.Kind.SOURCE);
      this.text = text;
    }

    @Override
    public CharSequence getCharContent(boolean ignoreEncodingErrors) {
      return text;
    }
  }
}
