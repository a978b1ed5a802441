package io.inkstream.ops.stack;

import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * The built software on disk, as the build lays it out under {@code ops/target/dist}.
 *
 * @param home that directory
 */
public record Distribution(Path home) {
    private static final String HOME_PROPERTY = "inkstream.home";

    public Distribution {
        if (!Files.isDirectory(home.resolve("lib/app"))) {
            throw new IllegalArgumentException("Inkstream is not built at " + home + "; run: mvn package -DskipTests");
        }
    }

    /**
     * Finds the software that this process was started from.
     *
     * @throws IllegalStateException if the launcher did not name it
     */
    public static Distribution current() {
        String home = System.getProperty(HOME_PROPERTY);
        if (home == null) {
            throw new IllegalStateException("start through ops/bin/inkstream, which sets -D" + HOME_PROPERTY);
        }
        return new Distribution(Path.of(home).toAbsolutePath().normalize());
    }

    /** The java command of the JDK that runs this process. */
    public static Path java() {
        return Path.of(System.getProperty("java.home"), "bin", "java");
    }

    /** Classpath of our own processes, without ND4J. */
    String appClasspath() {
        return home.resolve("lib/app") + File.separator + "*";
    }

    /**
     * The java command that runs a command of {@code inkstream} on a {@link Leash}.
     *
     * @param arguments as people type them
     */
    public List<String> command(List<String> arguments) {
        List<String> command = new ArrayList<>();
        command.add(java().toString());
        command.add("-D" + HOME_PROPERTY + "=" + home);
        command.add("-Dlogback.configurationFile=" + logbackConfiguration());
        command.addAll(
                List.of("-cp", appClasspath() + File.pathSeparator + home.resolve("lib/nd4j") + File.separator + "*"));
        command.addAll(List.of(Leash.class.getName(), "io.inkstream.ops.Inkstream"));
        command.addAll(arguments);
        return command;
    }

    /** Classpath of the broker, {@link Leash} included. */
    String brokerClasspath() {
        return opsJar() + File.pathSeparator + home.resolve("broker/lib") + File.separator + "*";
    }

    /** Classpath of the registry, {@link Leash} included; its jar's manifest names the rest. */
    String registryClasspath() {
        return opsJar() + File.pathSeparator + one(home.resolve("registry"), "-runner.jar");
    }

    Path logbackConfiguration() {
        return home.resolve("conf/logback.xml");
    }

    /** The model bundles that come with the software, in order of name; the last is the newest. */
    public List<Path> shippedModels() {
        Path models = home.resolve("models");
        return Files.isDirectory(models) ? list(models, ".zip") : List.of();
    }

    private Path opsJar() {
        return list(home.resolve("lib/app"), ".jar").stream()
                .filter(jar -> jar.getFileName().toString().startsWith("inkstream-ops-"))
                .findFirst()
                .orElseThrow(() -> new IllegalStateException("the build at " + home + " lacks its own jar"));
    }

    private static Path one(Path directory, String suffix) {
        List<Path> found = list(directory, suffix);
        if (found.size() != 1) {
            throw new IllegalStateException("expected one *" + suffix + " in " + directory + ", found " + found);
        }
        return found.get(0);
    }

    private static List<Path> list(Path directory, String suffix) {
        try (Stream<Path> files = Files.list(directory)) {
            return files.filter(file -> file.toString().endsWith(suffix))
                    .sorted()
                    .collect(Collectors.toUnmodifiableList());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
