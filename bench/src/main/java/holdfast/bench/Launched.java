package holdfast.bench;

import static java.nio.charset.StandardCharsets.UTF_8;

import holdfast.app.Main;
import java.io.BufferedReader;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/// A command of Holdfast that was started in a process of its own, with the JVM flags that `./holdfast` gave
/// us, and where it answers.
record Launched(Process process, URI url) {

    /// Starts a command, and waits until it is ready.
    ///
    /// @param settings of its environment, on top of ours
    static Launched now(List<String> jvmOptions, List<String> words, Map<String, String> settings) throws IOException {
        return now(Main.class, jvmOptions, words, settings);
    }

    /// The same for a program that says that it is ready as a command does.
    static Launched now(Class<?> program, List<String> jvmOptions, List<String> words, Map<String, String> settings)
            throws IOException {
        var command = new ArrayList<String>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.addAll(Conditions.jvmFlags());
        command.addAll(jvmOptions);
        command.addAll(List.of("-cp", System.getProperty("java.class.path"), program.getName()));
        command.addAll(words);
        var builder = new ProcessBuilder(command).redirectError(ProcessBuilder.Redirect.INHERIT);
        builder.environment().putAll(settings);
        Process process = builder.start();
        BufferedReader output = process.inputReader(UTF_8);
        for (String line = output.readLine(); line != null; line = output.readLine()) {
            if (line.startsWith("READY ")) {
                return new Launched(process, URI.create(line.substring("READY ".length())));
            }
        }
        throw new IOException(program.getSimpleName() + " has not become ready");
    }
}
