package io.inkstream.schemas;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.lang.module.ModuleDescriptor.Version;
import java.util.Optional;
import java.util.Properties;

/** The version of this build, the same in every process of one release. */
public final class CodeVersion {
    private static final String CURRENT = read();

    /** The release since which equal requests to equal models give these images. */
    private static final String DRAWS_SO_SINCE = "0.7.0";

    private CodeVersion() {}

    /** Returns the version, such as {@code 0.7.0-SNAPSHOT}. */
    public static String current() {
        return CURRENT;
    }

    /**
     * Why this build draws other images than another version drew, in words; empty if it draws the same.
     *
     * @param version as {@link #current} gave it then
     */
    public static Optional<String> drawsOtherwise(String version) {
        return isBefore(version, DRAWS_SO_SINCE)
                ? Optional.of("since " + DRAWS_SO_SINCE
                        + " hands draw their letters otherwise: to get the same image, run release " + release(version))
                : Optional.empty();
    }

    private static boolean isBefore(String version, String other) {
        try {
            return Version.parse(release(version)).compareTo(Version.parse(other)) < 0;
        } catch (IllegalArgumentException e) {
            return false; // whoever wrote it, it names no release
        }
    }

    private static String release(String version) {
        return version.replaceFirst("-.*", "");
    }

    private static String read() {
        try (InputStream in = CodeVersion.class.getResourceAsStream("version.properties")) {
            Properties properties = new Properties();
            properties.load(in);
            return properties.getProperty("version");
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
