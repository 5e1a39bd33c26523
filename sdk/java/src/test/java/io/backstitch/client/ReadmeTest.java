package io.backstitch.client;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import javax.tools.DiagnosticCollector;
import javax.tools.JavaCompiler;
import javax.tools.JavaFileObject;
import javax.tools.SimpleJavaFileObject;
import javax.tools.ToolProvider;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ReadmeTest {
  private static final Path README = Path.of(System.getProperty("basedir", "."), "README.md");
  private static final Pattern BLOCK = Pattern.compile("```java\n(.*?)```", Pattern.DOTALL);
  private static final Pattern CLASS = Pattern.compile("^(?:public )?(?:final )?class (\\w+)", Pattern.MULTILINE);

  /** The text below a heading of the second level. */
  private static String section(String heading) throws Exception {
    String text = Files.readString(README);
    int start = text.indexOf("\n## " + heading + "\n");
    int from = text.startsWith("## " + heading + "\n") ? 0 : start;
    assertFalse(from < 0, () -> "the README has no section \"" + heading + "\"");
    int end = text.indexOf("\n## ", from + 1);
    return text.substring(from, end < 0 ? text.length() : end);
  }

  private static JavaFileObject source(String code) {
    Matcher named = CLASS.matcher(code);
    assertTrue(named.find(), "a program of the README has no class");
    URI uri = URI.create("string:///" + named.group(1) + ".java");
    return new SimpleJavaFileObject(uri, JavaFileObject.Kind.SOURCE) {
      @Override
      public CharSequence getCharContent(boolean ignoreEncodingErrors) {
        return code;
      }
    };
  }

  @Test
  @DisplayName("the programs of the README's sections on client and builder compile")
  void compiles(@TempDir Path folder) throws Exception {
    List<JavaFileObject> sources = new ArrayList<>();
    for (String heading : List.of("The client", "The definition builder")) {
      BLOCK.matcher(section(heading)).results().forEach(block -> sources.add(source(block.group(1))));
    }
    assertEquals(3, sources.size());
    DiagnosticCollector<JavaFileObject> diagnostics = new DiagnosticCollector<>();
    JavaCompiler compiler = ToolProvider.getSystemJavaCompiler();
    String classpath = System.getProperty("java.class.path");
    List<String> options =
        List.of("-d", folder.toString(), "-classpath", classpath, "-Xlint:all,-processing,-path");
    compiler.getTask(null, null, diagnostics, options, null, sources).call();
    assertEquals(List.of(), diagnostics.getDiagnostics());
  }
}
