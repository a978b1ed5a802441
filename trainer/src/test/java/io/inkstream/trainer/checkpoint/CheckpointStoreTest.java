package io.inkstream.trainer.checkpoint;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class CheckpointStoreTest {
    @TempDir
    Path folder;

    private CheckpointStore store;

    @BeforeEach
    void open() throws IOException {
        store = new CheckpointStore(folder, 2);
    }

    @Test
    void anEmptyFolderHasNoCheckpoint() throws IOException {
        assertThat(store.latest()).isEmpty();
    }

    @Test
    void theLatestComesBackAsItWasSaved() throws IOException {
        store.save(at(3));
        store.save(at(20));

        Checkpoint latest = store.latest().orElseThrow();
        assertThat(latest.step()).isEqualTo(20);
        assertThat(latest.signature()).isEqualTo("net");
        assertThat(latest.arrays().get("weights")).containsExactly(20f, Float.MIN_VALUE, -0f, Float.NaN);
        assertThat(latest.arrays().get("none")).isEmpty();
    }

    @Test
    void onlyTheLastFewAreKeptAndNothingTemporary() throws IOException {
        for (int step = 1; step <= 5; step++) {
            store.save(at(step));
        }
        assertThat(files()).containsExactly("step-000000004.ckpt", "step-000000005.ckpt");
    }

    @Test
    void aTruncatedCheckpointFallsBackToTheOneBefore() throws IOException {
        store.save(at(1));
        Path last = store.save(at(2));
        byte[] bytes = Files.readAllBytes(last);
        for (int length : new int[] {0, 5, 20, bytes.length / 2, bytes.length - 1}) {
            Files.write(last, java.util.Arrays.copyOf(bytes, length));
            assertThat(store.latest().orElseThrow().step())
                    .as("%d bytes", length)
                    .isEqualTo(1);
        }
    }

    @Test
    void aFlippedBitAnywhereFallsBackToTheOneBefore() throws IOException {
        store.save(at(1));
        Path last = store.save(at(2));
        byte[] bytes = Files.readAllBytes(last);
        for (int i = 0; i < bytes.length; i++) {
            byte[] damaged = bytes.clone();
            damaged[i] ^= 0x10;
            Files.write(last, damaged);
            assertThat(store.latest().orElseThrow().step()).as("byte %d", i).isEqualTo(1);
        }
    }

    @Test
    void brokenOnesTakeNoPlaceFromGoodOnes() throws IOException {
        for (int step : new int[] {80, 90}) {
            Files.write(store.save(at(step)), new byte[3]);
        }
        assertThat(store.latest()).isEmpty();
        store.save(at(10));

        assertThat(store.latest().orElseThrow().step()).isEqualTo(10);
        assertThat(files()).contains("step-000000080.ckpt.broken", "step-000000090.ckpt.broken");
    }

    @Test
    void aFailedSaveLeavesTheOthersReadable() throws IOException {
        store.save(at(1));
        // A folder in the temporary file's place stands for a disk that refuses.
        Files.createDirectory(folder.resolve("step-000000002.ckpt.part"));

        assertThatThrownBy(() -> store.save(at(2))).isInstanceOf(IOException.class);
        assertThat(store.latest().orElseThrow().step()).isEqualTo(1);
    }

    @Test
    void restoringAnArrayOfAnotherLengthIsRefusedByName() {
        assertThatThrownBy(() -> at(1).restore("weights", new float[3])).hasMessageContaining("'weights'");
        assertThatThrownBy(() -> at(1).restore("biases", new float[3])).hasMessageContaining("'biases'");
    }

    private static Checkpoint at(long step) {
        return new Checkpoint(
                "net",
                step,
                Map.of("weights", new float[] {step, Float.MIN_VALUE, -0f, Float.NaN}, "none", new float[0]));
    }

    private List<String> files() throws IOException {
        try (Stream<Path> files = Files.list(folder)) {
            return files.map(f -> f.getFileName().toString()).sorted().toList();
        }
    }
}
