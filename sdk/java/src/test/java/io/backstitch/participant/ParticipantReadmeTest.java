package io.backstitch.participant;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.BufferedReader;
import java.io.InputStreamReader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import javax.tools.ToolProvider;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The programs of the README. */
class ParticipantReadmeTest {
  private static final Path README = Path.of(System.getProperty("basedir", "."), "README.md");
  private static final Pattern PROGRAM = Pattern.compile("```java\n(.*?)```", Pattern.DOTALL);
  private static final Pattern NAME = Pattern.compile("^class (\\w+)", Pattern.MULTILINE);

  @TempDir Path folder;

  @Test
  @DisplayName("all of them compile, and the first one, of less than 25 lines, runs")
  void programs() throws Exception {
    List<String> programs = PROGRAM.matcher(Files.readString(README)).results().map(found -> found.group(1)).toList();
    assertTrue(programs.get(0).lines().count() < 25);
    List<String> files = new ArrayList<>(List.of("-proc:none", "-Xlint:all", "-Werror", "-d", folder.toString()));
    for (String program : programs) {
      MatchResult name = NAME.matcher(program).results().findFirst().orElseThrow();
      Path file = folder.resolve(name.group(1) + ".java");
      // Any other port would do; this one may be in use.
      Files.writeString(file, program.replace("listen(50051)", "listen(0)"));
      files.add(file.toString());
    }
    var compiler = ToolProvider.getSystemJavaCompiler();
    files.addAll(List.of("-cp", System.getProperty("java.class.path"), "-Xlint:-path"));
    assertEquals(0, compiler.run(null, System.out, System.err, files.toArray(String[]::new)));
    runs("Payment");
  }

  private void runs(String name) throws Exception {
    String classpath = folder + System.getProperty("path.separator") + System.getProperty("java.class.path");
    String java = Path.of(System.getProperty("java.home"), "bin", "java").toString();
    Process process =
        new ProcessBuilder(java, "-XX:TieredStopAtLevel=1", "-XX:+UseSerialGC", "-cp", classpath, name)
            .redirectError(ProcessBuilder.Redirect.INHERIT)
            .start();
    try (var out = new BufferedReader(new InputStreamReader(process.getInputStream()))) {
      String said = out.readLine();
      assertTrue(said.startsWith("payment serves on "), said);
      try (Link link = new StreamLink(said.substring("payment serves on ".length()))) {
        Answer done = Answer.done(Map.of("charge_id", "s/charge"));
        assertEquals(done, link.ask(new Sending().saga("s").input("{\"amount\": 12}")));
        assertEquals(Answer.UNDONE, link.ask(new Sending().saga("s").undo("{\"amount\": 12}", "")));
        Answer refused = Answer.rejected("CARD_DECLINED", "the limit is 1000", null);
        assertEquals(refused, link.ask(new Sending().input("{\"amount\": 1001}")));
      }
    } finally {
      process.destroyForcibly().waitFor();
    }
  }
}
