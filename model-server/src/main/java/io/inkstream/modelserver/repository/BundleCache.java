package io.inkstream.modelserver.repository;

import static java.util.Objects.requireNonNull;

import io.inkstream.schemas.Sha256;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Keeps bundles in a folder under their SHA-256, and never gives out bytes that have another one.
 *
 * <p>The topic is the truth and this a saving: whatever goes wrong here costs a download, nothing else. Several servers
 * may share the folder.
 */
public final class BundleCache {
    private static final Logger LOG = LoggerFactory.getLogger(BundleCache.class);
    private static final String SUFFIX = ".bundle";

    private final Path folder;

    public BundleCache(Path folder) {
        this.folder = requireNonNull(folder, "folder");
    }

    /** Whether a file of that name is there; only {@link #read} knows whether it is whole. */
    public boolean contains(Sha256 sha256) {
        return Files.isRegularFile(file(sha256));
    }

    /** Returns the bundle, or empty where there is none or a damaged one, which is deleted. */
    public Optional<byte[]> read(Sha256 sha256) {
        Path file = file(sha256);
        try {
            byte[] bytes = Files.readAllBytes(file);
            if (Sha256.of(bytes).equals(sha256)) {
                return Optional.of(bytes);
            }
            LOG.warn("{} is damaged and is deleted; its bundle is downloaded again.", file);
            Files.deleteIfExists(file);
        } catch (NoSuchFileException e) {
            return Optional.empty();
        } catch (IOException e) {
            LOG.warn("{} cannot be read; its bundle is downloaded instead.", file, e);
        }
        return Optional.empty();
    }

    /**
     * Makes the folder and tries whether files can be kept in it.
     *
     * @throws IOException if they cannot
     */
    public void tryOut() throws IOException {
        Files.createDirectories(folder);
        Files.delete(Files.createTempFile(folder, "try", ".part"));
    }

    /**
     * Keeps a bundle, whole or not at all.
     *
     * @return whether it is kept
     */
    public boolean write(Sha256 sha256, byte[] bundle) {
        Path temporary = null;
        try {
            Files.createDirectories(folder);
            temporary = Files.createTempFile(folder, sha256.hex(), ".part");
            Files.write(temporary, bundle); // unforced: what a power cut leaves is found damaged and fetched again
            Files.move(temporary, file(sha256), StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
            return true;
        } catch (IOException e) {
            LOG.warn("Bundle {} cannot be kept in {}; it is downloaded again when it is needed.", sha256, folder, e);
            deleteQuietly(temporary);
            return false;
        }
    }

    /** Deletes a bundle that is not wanted any more. */
    public void delete(Sha256 sha256) {
        deleteQuietly(file(sha256));
    }

    /** Deletes what no announcement names any more, and what a crash left half written. */
    public void retain(Set<Sha256> sha256s) {
        if (!Files.isDirectory(folder)) {
            return;
        }
        try (Stream<Path> files = Files.list(folder)) {
            files.filter(file -> isOurs(file) && !isAmong(sha256s, file)).forEach(BundleCache::deleteQuietly);
        } catch (IOException e) {
            LOG.warn("The bundle cache {} cannot be tidied.", folder, e);
        }
    }

    private Path file(Sha256 sha256) {
        return folder.resolve(sha256.hex() + SUFFIX);
    }

    private static boolean isOurs(Path file) {
        String name = file.getFileName().toString();
        return name.matches("([0-9a-f]{64}|try)[0-9]+\\.part|[0-9a-f]{64}\\.bundle");
    }

    private static boolean isAmong(Set<Sha256> sha256s, Path file) {
        String name = file.getFileName().toString();
        return name.endsWith(SUFFIX)
                && sha256s.contains(new Sha256(name.substring(0, name.length() - SUFFIX.length())));
    }

    private static void deleteQuietly(Path file) {
        if (file == null) {
            return;
        }
        try {
            Files.deleteIfExists(file);
        } catch (IOException e) {
            LOG.warn("{} cannot be deleted.", file, e);
        }
    }
}
