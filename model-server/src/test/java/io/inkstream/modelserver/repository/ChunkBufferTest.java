package io.inkstream.modelserver.repository;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.inkstream.schemas.avro.ModelChunk;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Size;
import org.junit.jupiter.api.Test;

class ChunkBufferTest {
    private static final ChunkBuffer.Key KEY = new ChunkBuffer.Key("a:1", "sha");

    @Property(tries = 200)
    void chunksInAnyOrderAndTwiceGiveTheBundle(
            @ForAll @Size(min = 1, max = 500) byte[] bundle,
            @ForAll @IntRange(min = 1, max = 50) int size,
            @ForAll long seed)
            throws RejectedModelException {
        List<ModelChunk> chunks = cut(bundle, size);
        List<ModelChunk> all = new ArrayList<>(chunks);
        all.addAll(chunks.subList(0, chunks.size() - 1));
        Collections.shuffle(all, new Random(seed));
        ChunkBuffer buffer = new ChunkBuffer(1_000_000);
        for (ModelChunk chunk : all) {
            buffer.add(KEY, chunk);
        }
        assertThat(buffer.present(KEY)).isEqualTo(chunks.size());
        assertThat(buffer.takeComplete(KEY)).contains(bundle);
        assertThat(buffer.takeComplete(KEY)).isEmpty();
    }

    @Test
    void aSetThatLacksAChunkIsNoBundle() throws RejectedModelException {
        ChunkBuffer buffer = new ChunkBuffer(1_000_000);
        for (ModelChunk chunk : cut(new byte[100], 10).subList(1, 10)) {
            buffer.add(KEY, chunk);
        }
        assertThat(buffer.takeComplete(KEY)).isEmpty();
        assertThat(buffer.present(KEY)).isEqualTo(9);
    }

    @Test
    void chunksThatBreakTheContractAreRefused() {
        ChunkBuffer buffer = new ChunkBuffer(1_000_000);
        assertThatThrownBy(() -> buffer.add(KEY, chunk(3, 3, new byte[1])))
                .hasMessageContaining("index below the count");
        assertThatThrownBy(() -> buffer.add(KEY, chunk(-1, 3, new byte[1]))).isInstanceOf(RejectedModelException.class);
        assertThatThrownBy(() -> buffer.add(KEY, chunk(0, 3, new byte[0]))).isInstanceOf(RejectedModelException.class);
        byte[] large = new byte[ChunkBuffer.MAX_CHUNK_BYTES + 1];
        assertThatThrownBy(() -> buffer.add(KEY, chunk(0, 3, large))).hasMessageContaining("524288");
    }

    @Test
    void chunksThatDisagreeOnTheirNumberAreRefused() throws RejectedModelException {
        ChunkBuffer buffer = new ChunkBuffer(1_000_000);
        buffer.add(KEY, chunk(0, 3, new byte[1]));
        assertThatThrownBy(() -> buffer.add(KEY, chunk(1, 4, new byte[1]))).hasMessageContaining("another one says 3");
    }

    @Test
    void aFullBufferForgetsWhatWasTouchedLeastRecently() throws RejectedModelException {
        ChunkBuffer buffer = new ChunkBuffer(3_000);
        ChunkBuffer.Key old = new ChunkBuffer.Key("old:1", "sha");
        ChunkBuffer.Key touched = new ChunkBuffer.Key("touched:1", "sha");
        buffer.add(touched, chunk(0, 2, new byte[900]));
        buffer.add(old, chunk(0, 2, new byte[900]));
        buffer.add(touched, chunk(0, 2, new byte[900]));
        buffer.add(KEY, chunk(0, 2, new byte[900]));
        assertThat(buffer.present(old)).isZero();
        assertThat(buffer.present(touched)).isOne();
        assertThat(buffer.present(KEY)).isOne();
    }

    @Test
    void aMillionTinyChunksDoNotSlipUnderTheBound() throws RejectedModelException {
        ChunkBuffer buffer = new ChunkBuffer(10_000);
        int most = 0;
        for (int i = 0; i < 1_000; i++) {
            buffer.add(KEY, chunk(i, 1_000_000, new byte[1]));
            most = Math.max(most, buffer.present(KEY));
        }
        assertThat(most).isBetween(1, 100);
    }

    private static List<ModelChunk> cut(byte[] bundle, int size) {
        int count = (bundle.length + size - 1) / size;
        List<ModelChunk> chunks = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            int from = i * size;
            ByteBuffer piece = ByteBuffer.wrap(bundle, from, Math.min(size, bundle.length - from))
                    .slice();
            chunks.add(new ModelChunk(i, count, "sha", piece));
        }
        return chunks;
    }

    private static ModelChunk chunk(int index, int count, byte[] data) {
        return new ModelChunk(index, count, "sha", ByteBuffer.wrap(data));
    }
}
