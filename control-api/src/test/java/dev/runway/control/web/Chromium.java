package dev.runway.control.web;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.WebSocket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;

/** A headless Chromium with one tab, driven over its DevTools protocol. */
final class Chromium implements AutoCloseable {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final Duration LIMIT = Duration.ofMinutes(2);
  private static final String LISTENING = "DevTools listening on ";

  private final Process process;
  private final WebSocket socket;
  private final String session;
  private final AtomicInteger number = new AtomicInteger();
  private final Map<Integer, CompletableFuture<JsonNode>> waiting = new ConcurrentHashMap<>();

  /** Errors of the console and of scripts, and what the page's policy has blocked. */
  final ConcurrentLinkedQueue<String> complaints = new ConcurrentLinkedQueue<>();

  /** Addresses that the page has asked for. */
  final ConcurrentLinkedQueue<String> requests = new ConcurrentLinkedQueue<>();

  /** Where one is: {@code CHROMIUM} of the environment, else on the path. */
  static Optional<Path> find() {
    String said = System.getenv("CHROMIUM");
    if (said != null && !said.isBlank()) {
      return Optional.of(Path.of(said));
    }
    return Stream.of("chromium", "chromium-browser", "google-chrome", "chrome")
        .flatMap(
            name ->
                Stream.of(System.getenv("PATH").split(":", -1))
                    .map(folder -> Path.of(folder, name)))
        .filter(Files::isExecutable)
        .findFirst();
  }

  Chromium(Path program, Path profile) throws Exception {
    ProcessBuilder builder =
        new ProcessBuilder(
                program.toString(),
                "--headless",
                // The tests run as whoever runs them, in containers as root; they load own pages.
                "--no-sandbox",
                "--disable-dev-shm-usage",
                "--disable-gpu",
                "--hide-scrollbars",
                "--no-first-run",
                "--disable-background-networking",
                "--disable-component-update",
                "--remote-debugging-port=0",
                "--user-data-dir=" + profile,
                "about:blank")
            .redirectOutput(ProcessBuilder.Redirect.DISCARD);
    // In the locale C its language is none that scripts know.
    builder.environment().put("LC_ALL", "en_US.UTF-8");
    process = builder.start();
    try {
      socket =
          HttpClient.newHttpClient()
              .newWebSocketBuilder()
              .buildAsync(URI.create(address(process)), new Messages())
              .get(LIMIT.toSeconds(), TimeUnit.SECONDS);
      JsonNode made = call("", "Target.createTarget", node().put("url", "about:blank"));
      session =
          call(
                  "",
                  "Target.attachToTarget",
                  node().put("targetId", made.path("targetId").asText()).put("flatten", true))
              .path("sessionId")
              .asText();
      for (String domain : List.of("Page", "Runtime", "Log", "Network")) {
        call(domain + ".enable", node());
      }
      // As the one that is looked at: a tab behind another one measures and draws nothing.
      call("Page.bringToFront", node());
      call("Emulation.setFocusEmulationEnabled", node().put("enabled", true));
    } catch (Exception e) {
      process.destroyForcibly();
      throw e;
    }
  }

  /** What it says first; what it says later nobody reads, so it goes where nothing fills up. */
  private static String address(Process process) throws IOException {
    BufferedReader lines =
        new BufferedReader(new InputStreamReader(process.getErrorStream(), StandardCharsets.UTF_8));
    StringBuilder said = new StringBuilder();
    for (String line = lines.readLine(); line != null; line = lines.readLine()) {
      if (line.startsWith(LISTENING)) {
        Thread rest = new Thread(() -> lines.lines().forEach(each -> {}), "chromium");
        rest.setDaemon(true);
        rest.start();
        return line.substring(LISTENING.length()).strip();
      }
      said.append(line).append('\n');
    }
    throw new IOException("Chromium did not start: " + said);
  }

  /** Frames of messages, put together. */
  private final class Messages implements WebSocket.Listener {
    private final StringBuilder text = new StringBuilder();

    @Override
    public CompletionStage<?> onText(WebSocket from, CharSequence part, boolean last) {
      text.append(part);
      if (last) {
        received(text.toString());
        text.setLength(0);
      }
      from.request(1);
      return null;
    }

    @Override
    public void onError(WebSocket from, Throwable error) {
      waiting.values().forEach(each -> each.completeExceptionally(error));
    }
  }

  private void received(String text) {
    JsonNode message;
    try {
      message = JSON.readTree(text);
    } catch (IOException e) {
      throw new IllegalStateException(text, e);
    }
    CompletableFuture<JsonNode> asked =
        message.has("id") ? waiting.remove(message.path("id").asInt()) : null;
    if (asked != null) {
      asked.complete(message);
      return;
    }
    JsonNode params = message.path("params");
    switch (message.path("method").asText()) {
      case "Runtime.exceptionThrown" -> complaints.add(params.toString());
      case "Runtime.consoleAPICalled" -> {
        if (params.path("type").asText().equals("error")) {
          complaints.add(params.path("args").toString());
        }
      }
      case "Log.entryAdded" -> {
        JsonNode entry = params.path("entry");
        // Answers that are no 200 are told too: those that a test asks for are its own business.
        if (entry.path("level").asText().equals("error")
            && !entry.path("source").asText().equals("network")) {
          complaints.add(entry.toString());
        }
      }
      case "Network.requestWillBeSent" -> requests.add(params.at("/request/url").asText());
      default -> {
        // Of no interest.
      }
    }
  }

  private JsonNode call(String method, ObjectNode params) throws Exception {
    return call(session, method, params);
  }

  private JsonNode call(String inSession, String method, ObjectNode params) throws Exception {
    int id = number.incrementAndGet();
    CompletableFuture<JsonNode> answer = new CompletableFuture<>();
    waiting.put(id, answer);
    ObjectNode message = node().put("id", id).put("method", method);
    message.set("params", params);
    if (!inSession.isEmpty()) {
      message.put("sessionId", inSession);
    }
    try {
      socket.sendText(message.toString(), true).get(LIMIT.toSeconds(), TimeUnit.SECONDS);
      JsonNode got = answer.get(LIMIT.toSeconds(), TimeUnit.SECONDS);
      if (got.has("error")) {
        throw new IllegalStateException(method + ": " + got.path("error"));
      }
      return got.path("result");
    } catch (ExecutionException | TimeoutException e) {
      throw new IllegalStateException(method, e);
    }
  }

  private static ObjectNode node() {
    return JSON.createObjectNode();
  }

  /** Runs a script in every document before its own. */
  void before(String script) throws Exception {
    call("Page.addScriptToEvaluateOnNewDocument", node().put("source", script));
  }

  void open(String address) throws Exception {
    call("Page.navigate", node().put("url", address));
  }

  /** What a script of the page's own world says; a promise is waited for. */
  JsonNode ask(String script) throws Exception {
    return evaluated(script, node());
  }

  /**
   * The same in another world of the document that is shown: it sees the page, and the page sees
   * nothing of it.
   */
  JsonNode askApart(String script) throws Exception {
    JsonNode frame = call("Page.getFrameTree", node()).at("/frameTree/frame/id");
    JsonNode world =
        call(
            "Page.createIsolatedWorld",
            node().put("frameId", frame.asText()).put("worldName", "apart"));
    return evaluated(script, node().put("contextId", world.path("executionContextId").asInt()));
  }

  private JsonNode evaluated(String script, ObjectNode where) throws Exception {
    JsonNode answer =
        call(
            "Runtime.evaluate",
            where.put("expression", script).put("returnByValue", true).put("awaitPromise", true));
    if (answer.has("exceptionDetails")) {
      String begin = script.length() > 2_000 ? script.substring(0, 200) : script;
      throw new IllegalStateException(begin + ": " + answer.path("exceptionDetails"));
    }
    return answer.at("/result/value");
  }

  /** What a person reads on the page. */
  String text() throws Exception {
    return ask("document.body?.innerText ?? ''").asText();
  }

  /** Presses the mouse where an element is, which must be seen and not be under another one. */
  void click(String selector) throws Exception {
    JsonNode at =
        ask(
            """
            (() => {
              const node = document.querySelector(%s);
              if (!node) return null;
              node.scrollIntoView({block: 'center', inline: 'center', behavior: 'instant'});
              const r = node.getBoundingClientRect();
              const x = r.x + r.width / 2, y = r.y + r.height / 2;
              const top = document.elementFromPoint(x, y);
              return {x, y, hit: node === top || node.contains(top), disabled: node.disabled === true};
            })()
            """
                .formatted(JSON.writeValueAsString(selector)));
    if (!at.path("hit").asBoolean() || at.path("disabled").asBoolean()) {
      throw new IllegalStateException(selector + " cannot be clicked: " + at);
    }
    for (String type : List.of("mousePressed", "mouseReleased")) {
      call(
          "Input.dispatchMouseEvent",
          node()
              .put("type", type)
              .put("x", at.path("x").asDouble())
              .put("y", at.path("y").asDouble())
              .put("button", "left")
              .put("clickCount", 1));
    }
  }

  /** Types into what has the focus. */
  void type(String text) throws Exception {
    call("Input.insertText", node().put("text", text));
  }

  /** Presses a key such as {@code Tab} or {@code ArrowRight}. */
  void press(String key, int code) throws Exception {
    boolean enter = key.equals("Enter"); // It is a character too, by which a button is pressed.
    for (String type : List.of(enter ? "keyDown" : "rawKeyDown", "keyUp")) {
      ObjectNode event =
          node()
              .put("type", type)
              .put("key", key)
              .put("code", key)
              .put("windowsVirtualKeyCode", code);
      call("Input.dispatchKeyEvent", enter ? event.put("text", "\r") : event);
    }
  }

  void size(int width, int height, boolean phone) throws Exception {
    call(
        "Emulation.setDeviceMetricsOverride",
        node()
            .put("width", width)
            .put("height", height)
            .put("deviceScaleFactor", 1)
            .put("mobile", phone));
  }

  void dark(boolean on) throws Exception {
    ObjectNode media = node();
    media
        .putArray("features")
        .addObject()
        .put("name", "prefers-color-scheme")
        .put("value", on ? "dark" : "light");
    call("Emulation.setEmulatedMedia", media);
  }

  /** The page as it is seen, or all of it. */
  void picture(Path file, boolean whole) throws Exception {
    ObjectNode how = node().put("format", "png").put("captureBeyondViewport", whole);
    if (whole) {
      JsonNode size = call("Page.getLayoutMetrics", node()).path("cssContentSize");
      how.putObject("clip")
          .put("x", 0)
          .put("y", 0)
          .put("width", size.path("width").asDouble())
          .put("height", size.path("height").asDouble())
          .put("scale", 1);
    }
    JsonNode shot = call("Page.captureScreenshot", how);
    Files.createDirectories(file.toAbsolutePath().getParent());
    Files.write(file, Base64.getDecoder().decode(shot.path("data").asText()));
  }

  @Override
  public void close() throws Exception {
    socket.abort();
    process.destroy();
    if (!process.waitFor(LIMIT.toSeconds(), TimeUnit.SECONDS)) {
      process.destroyForcibly();
    }
  }
}
