package dev.runway.bench.control;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.PrintWriter;
import java.io.Reader;
import java.net.http.HttpRequest;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.Random;

/**
 * Has vegeta (github.com/tsenart/vegeta), which many know and trust, send the same reads at the
 * same rate. A time counts from when it sent the request.
 */
final class Vegeta implements Load {
  private final Path program;
  private final Path folder;
  private final Api api;
  private final int rate;
  private final Random random;

  /**
   * @param folder for its targets and results
   * @param rate requests a second, of all kinds together
   */
  Vegeta(Path program, Path folder, Api api, int rate, Random random) {
    this.program = program;
    this.folder = folder;
    this.api = api;
    this.rate = rate;
    this.random = random;
  }

  @Override
  public Map<Read, Found> run(Duration length) throws IOException, InterruptedException {
    Path targets = folder.resolve("vegeta-targets");
    Path results = folder.resolve("vegeta-results");
    Map<String, Read> kinds = write(targets, Math.toIntExact(length.toMillis() * rate / 1_000));
    require(
        new ProcessBuilder(
                program.toString(),
                "attack",
                "-targets=" + targets,
                "-output=" + results,
                "-rate=" + rate + "/1s",
                "-duration=" + length.toMillis() + "ms",
                "-timeout=30s")
            .inheritIO()
            .start());
    Process csv =
        new ProcessBuilder(program.toString(), "encode", "-to=csv", results.toString())
            .redirectError(ProcessBuilder.Redirect.INHERIT)
            .start();
    try (Reader lines = new InputStreamReader(csv.getInputStream(), StandardCharsets.UTF_8)) {
      Map<Read, Found> found = found(lines, kinds);
      require(csv);
      return found;
    }
  }

  /**
   * @return of which kind each address is
   */
  private Map<String, Read> write(Path targets, int requests) throws IOException {
    Map<String, Read> kinds = new HashMap<>();
    try (PrintWriter out = new PrintWriter(Files.newBufferedWriter(targets))) {
      for (int i = 0; i < requests; i++) {
        Read read = Read.any(random);
        HttpRequest request = api.request(read.path(random)).build();
        kinds.put(request.uri().toString(), read);
        out.println("GET " + request.uri());
        request
            .headers()
            .map()
            .forEach((name, values) -> values.forEach(each -> out.println(name + ": " + each)));
        out.println();
      }
    }
    return kinds;
  }

  private void require(Process process) throws InterruptedException {
    if (process.waitFor() != 0) {
      throw new IllegalStateException(program + " ended with code " + process.exitValue());
    }
  }

  /**
   * Reads what it wrote as CSV: when, status, nanoseconds, bytes out, bytes in, error, body, name,
   * number of the request, method, address, headers.
   *
   * @param kinds by address
   */
  static Map<Read, Found> found(Reader csv, Map<String, Read> kinds) throws IOException {
    Map<Read, Found> found = Found.ofEach();
    BufferedReader lines = new BufferedReader(csv);
    for (String line = lines.readLine(); line != null; line = lines.readLine()) {
      String[] fields = line.split(",", -1);
      // An error may have commas in it: what is behind it is counted from the end.
      String address = fields[fields.length - 2];
      Found of = found.get(kinds.get(address));
      if (of == null) {
        throw new IOException(address + " was not asked for: " + line);
      }
      of.took(Long.parseLong(fields[2]));
      int status = Integer.parseInt(fields[1]);
      if (status != 200) {
        of.failed(status, line);
      }
    }
    return found;
  }
}
