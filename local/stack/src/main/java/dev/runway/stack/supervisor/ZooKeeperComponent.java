package dev.runway.stack.supervisor;

import dev.runway.stack.Ports;
import dev.runway.stack.StackFolder;
import dev.runway.stack.flink.FlinkJvm;
import dev.runway.stack.process.Launch;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * The ZooKeeper inside Flink's jars: it holds the leader and the pointers to jobs and checkpoints.
 */
final class ZooKeeperComponent implements Component {

  private static final String MAIN = "org.apache.flink.runtime.zookeeper.FlinkZooKeeperQuorumPeer";

  private final StackFolder folder;
  private final FlinkJvm jvm;
  private final HaData ha;
  private final HaRemedy remedy;
  private final int port;

  ZooKeeperComponent(StackFolder folder, FlinkJvm jvm, HaData ha, HaRemedy remedy, Ports ports) {
    this.folder = folder;
    this.jvm = jvm;
    this.ha = ha;
    this.remedy = remedy;
    this.port = ports.of(Ports.ZOOKEEPER);
  }

  @Override
  public String name() {
    return "zookeeper";
  }

  @Override
  public int port() {
    return port;
  }

  @Override
  public Launch launch() throws IOException {
    StackFolder.privateFolder(ha.zookeeper());
    Path settings = folder.conf().resolve("zookeeper.properties");
    Files.writeString(settings, settings(ha.zookeeper()));
    List<String> options = new ArrayList<>(JvmComponents.SMALL);
    options.addAll(List.of("-Xmx64m", "-XX:MaxMetaspaceSize=96m"));
    // It allocates its log file in advance, 64 MB of zeros by default.
    options.add("-Dzookeeper.preAllocSize=2048");
    options.add("-Dzookeeper.4lw.commands.whitelist=ruok");
    List<String> command =
        jvm.server(
            name(), options, List.of(MAIN, "--zkConfigFile", settings.toString(), "--peerId", "1"));
    return Launch.of(command, jvm.environment(), folder.output(name()), folder.processMark());
  }

  private String settings(Path data) {
    return String.join(
        "\n",
        "dataDir=" + data,
        "clientPort=" + port,
        "clientPortAddress=127.0.0.1",
        "tickTime=1000",
        "maxClientCnxns=0",
        "admin.enableServer=false",
        "autopurge.snapRetainCount=3",
        "autopurge.purgeInterval=1",
        "");
  }

  @Override
  public void beforeStart() throws IOException {
    ha.beforeZooKeeper();
  }

  @Override
  public Optional<String> remedy() throws IOException, InterruptedException {
    return remedy.apply("ZooKeeper cannot start with it");
  }

  /** Asks the server itself: a bound port alone may belong to a server still reading its data. */
  @Override
  public boolean ready() {
    try (Socket socket = new Socket()) {
      socket.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), 1000);
      socket.setSoTimeout(1000);
      socket.getOutputStream().write("ruok".getBytes(StandardCharsets.US_ASCII));
      byte[] answer = socket.getInputStream().readNBytes(4);
      return new String(answer, StandardCharsets.US_ASCII).equals("imok");
    } catch (IOException e) {
      return false;
    }
  }

  @Override
  public Duration endsWithin() {
    return Duration.ofSeconds(5);
  }

  @Override
  public List<Path> logs() {
    return JvmComponents.logs(folder, name());
  }
}
