package io.inkstream.modelserver.repository;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.inkstream.schemas.Sha256;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Set;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class BundleCacheTest {
    private static final byte[] BUNDLE = {1, 2, 3};
    private static final Sha256 SHA = Sha256.of(BUNDLE);

    @TempDir
    Path parent;

    private Path folder;
    private BundleCache cache;

    @BeforeEach
    void makeCache() {
        folder = parent.resolve("made/when/needed");
        cache = new BundleCache(folder);
    }

    @Test
    void whatWasWrittenIsReadAgain() {
        assertThat(cache.read(SHA)).isEmpty();
        cache.write(SHA, BUNDLE);
        assertThat(cache.contains(SHA)).isTrue();
        assertThat(new BundleCache(folder).read(SHA)).contains(BUNDLE);
    }

    @Test
    void aDamagedFileIsNotGivenOutAndGoes() throws IOException {
        cache.write(SHA, BUNDLE);
        Files.write(folder.resolve(SHA + ".bundle"), new byte[] {1, 2});
        assertThat(cache.read(SHA)).isEmpty();
        assertThat(cache.contains(SHA)).isFalse();
    }

    @Test
    void tidyingKeepsWhatIsAnnouncedAndWhatIsNotOurs() throws IOException {
        byte[] other = {4};
        cache.write(SHA, BUNDLE);
        cache.write(Sha256.of(other), other);
        Path half = Files.write(folder.resolve(SHA + "123.part"), other);
        Path foreign = Files.write(folder.resolve("notes.txt"), other);
        cache.retain(Set.of(SHA));
        assertThat(cache.contains(SHA)).isTrue();
        assertThat(cache.contains(Sha256.of(other))).isFalse();
        assertThat(half).doesNotExist();
        assertThat(foreign).exists();
    }

    @Test
    void tryingTheFolderOutLeavesNothingBehind() throws IOException {
        cache.tryOut();
        assertThat(folder).isEmptyDirectory();
    }

    @Test
    void aFolderThatCannotBeWrittenCostsOnlyTheSaving() throws IOException {
        Path file = Files.write(parent.resolve("file"), new byte[1]);
        BundleCache broken = new BundleCache(file.resolve("below"));
        assertThat(broken.write(SHA, BUNDLE)).isFalse();
        assertThatThrownBy(broken::tryOut).isInstanceOf(IOException.class);
        assertThat(broken.read(SHA)).isEmpty();
        broken.retain(Set.of());
    }
}
