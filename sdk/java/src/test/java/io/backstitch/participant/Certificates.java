package io.backstitch.participant;

import io.grpc.ChannelCredentials;
import io.grpc.TlsChannelCredentials;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/** Two authorities, and what they have certified: "server" and "caller" by "ca", "stranger" by "other-ca". */
final class Certificates implements AutoCloseable {
  private final Path folder;

  Certificates() throws Exception {
    folder = Files.createTempDirectory("backstitch-certificates-");
    for (String authority : List.of("ca", "other-ca")) {
      openssl("req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -days 2 -subj /CN=" + authority
          + " -keyout " + authority + ".key -out " + authority + ".pem");
    }
    issue("server", "ca");
    issue("caller", "ca");
    issue("stranger", "other-ca");
  }

  byte[] pem(String name) throws IOException {
    return Files.readAllBytes(folder.resolve(name + ".pem"));
  }

  byte[] key(String name) throws IOException {
    return Files.readAllBytes(folder.resolve(name + ".key"));
  }

  /** A caller that knows the authority, and shows nothing. */
  ChannelCredentials trusting(String authority) throws IOException {
    return TlsChannelCredentials.newBuilder().trustManager(path(authority + ".pem")).build();
  }

  /** A caller that knows the authority, and shows a certificate. */
  ChannelCredentials showing(String authority, String name) throws IOException {
    return TlsChannelCredentials.newBuilder()
        .trustManager(path(authority + ".pem"))
        .keyManager(path(name + ".pem"), path(name + ".key"))
        .build();
  }

  @Override
  public void close() throws IOException {
    try (Stream<Path> files = Files.list(folder)) {
      for (Path file : files.toList()) Files.delete(file);
    }
    Files.delete(folder);
  }

  private java.io.File path(String file) {
    return folder.resolve(file).toFile();
  }

  private void issue(String name, String authority) throws Exception {
    Files.writeString(folder.resolve(name + ".ext"), "subjectAltName=IP:127.0.0.1");
    openssl("req -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -subj /CN=" + name + " -keyout " + name
        + ".key -out " + name + ".csr");
    openssl("x509 -req -days 2 -in " + name + ".csr -CA " + authority + ".pem -CAkey " + authority
        + ".key -CAcreateserial -extfile " + name + ".ext -out " + name + ".pem");
  }

  private void openssl(String arguments) throws Exception {
    List<String> command = new ArrayList<>(List.of("openssl"));
    command.addAll(List.of(arguments.split(" ")));
    Process process = new ProcessBuilder(command).directory(folder.toFile()).redirectErrorStream(true).start();
    String said = new String(process.getInputStream().readAllBytes());
    if (process.waitFor() != 0) throw new IOException("openssl " + arguments + ": " + said);
  }
}
