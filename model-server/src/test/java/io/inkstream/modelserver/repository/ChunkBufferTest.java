package io.inkstream.modelserver.repository;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.inkstream.schemas.ModelId;
import io.inkstream.schemas.Sha256;
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
    private static final Sha256 SHA = Sha256.of(new byte[0]);
    private static final ChunkBuffer.Key KEY = key("a", 3);

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
        ChunkBuffer.Key key = key("a", chunks.size());
        for (ModelChunk chunk : all) {
            buffer.add(key, chunk, false);
        }
        assertThat(buffer.present(key)).isEqualTo(chunks.size());
        assertThat(buffer.takeComplete(key, bundle.length)).contains(bundle);
        assertThat(buffer.takeComplete(key, bundle.length)).isEmpty();
    }

    @Test
    void aSetThatLacksAChunkIsNoBundle() throws RejectedModelException {
        ChunkBuffer buffer = new ChunkBuffer(1_000_000);
        ChunkBuffer.Key key = key("a", 10);
        for (ModelChunk chunk : cut(new byte[100], 10).subList(1, 10)) {
            buffer.add(key, chunk, false);
        }
        assertThat(buffer.takeComplete(key, 100)).isEmpty();
        assertThat(buffer.present(key)).isEqualTo(9);
    }

    @Test
    void chunksThatBreakTheContractAreRefused() {
        ChunkBuffer buffer = new ChunkBuffer(1_000_000);
        assertThatThrownBy(() -> buffer.add(KEY, chunk(3, 3, new byte[1]), false))
                .hasMessageContaining("index below the count");
        assertThatThrownBy(() -> buffer.add(KEY, chunk(-1, 3, new byte[1]), false))
                .isInstanceOf(RejectedModelException.class);
        assertThatThrownBy(() -> buffer.add(KEY, chunk(0, 3, new byte[0]), false))
                .isInstanceOf(RejectedModelException.class);
        byte[] large = new byte[ChunkBuffer.MAX_CHUNK_BYTES + 1];
        assertThatThrownBy(() -> buffer.add(KEY, chunk(0, 3, large), false)).hasMessageContaining("524288");
    }

    @Test
    void aStrayChunkOfAnotherNumberKeepsNoneOut() throws RejectedModelException {
        ChunkBuffer buffer = new ChunkBuffer(1_000_000);
        buffer.add(key("a", 7), chunk(0, 7, new byte[1]), false);
        buffer.add(key("a", 1), chunk(0, 1, new byte[] {5}), false);
        assertThat(buffer.takeComplete(key("a", 1), 1)).contains(new byte[] {5});
    }

    @Test
    void theLatestChunkOfAnIndexCounts() throws RejectedModelException {
        ChunkBuffer buffer = new ChunkBuffer(1_000_000);
        buffer.add(key("a", 2), chunk(0, 2, new byte[] {1, 1, 1}), false);
        buffer.add(key("a", 2), chunk(0, 2, new byte[] {2}), true);
        buffer.add(key("a", 2), chunk(1, 2, new byte[] {3}), true);
        assertThat(buffer.takeComplete(key("a", 2), 2)).contains(new byte[] {2, 3});
    }

    @Test
    void chunksThatMakeAnotherSizeThanAnnouncedAreNoBundle() throws RejectedModelException {
        ChunkBuffer buffer = new ChunkBuffer(1_000_000);
        buffer.add(key("a", 1), chunk(0, 1, new byte[5]), false);
        assertThatThrownBy(() -> buffer.takeComplete(key("a", 1), 6))
                .hasMessageContaining("has 5 bytes, announced are 6");
        assertThat(buffer.present(key("a", 1))).isZero();
    }

    @Test
    void whatNobodyWaitsForDoesNotPushOutWhatIsAwaited() throws RejectedModelException {
        ChunkBuffer buffer = new ChunkBuffer(3_000);
        buffer.add(KEY, chunk(0, 3, new byte[900]), true);
        for (int i = 0; i < 100; i++) {
            buffer.add(key("stray", 100 + i), chunk(0, 100 + i, new byte[900]), false);
        }
        assertThat(buffer.present(KEY)).isOne();
        assertThat(buffer.present(key("stray", 100))).isZero();
        assertThat(buffer.present(key("stray", 199))).isOne();
    }

    @Test
    void aFullBufferForgetsWhatWasTouchedLeastRecently() throws RejectedModelException {
        ChunkBuffer buffer = new ChunkBuffer(3_000);
        ChunkBuffer.Key old = key("old", 2);
        ChunkBuffer.Key touched = key("touched", 2);
        buffer.add(touched, chunk(0, 2, new byte[900]), false);
        buffer.add(old, chunk(0, 2, new byte[900]), false);
        buffer.add(touched, chunk(0, 2, new byte[900]), false);
        buffer.add(KEY, chunk(0, 3, new byte[900]), false);
        assertThat(buffer.present(old)).isZero();
        assertThat(buffer.present(touched)).isOne();
        assertThat(buffer.present(KEY)).isOne();
    }

    @Test
    void aMillionTinyChunksDoNotSlipUnderTheBound() throws RejectedModelException {
        ChunkBuffer buffer = new ChunkBuffer(10_000);
        ChunkBuffer.Key many = key("a", 1_000_000);
        int most = 0;
        for (int i = 0; i < 1_000; i++) {
            buffer.add(many, chunk(i, 1_000_000, new byte[1]), false);
            most = Math.max(most, buffer.present(many));
        }
        assertThat(most).isBetween(1, 100);
    }

    private static ChunkBuffer.Key key(String name, int count) {
        return new ChunkBuffer.Key(new ModelId(name, "1"), SHA, count);
    }

    private static List<ModelChunk> cut(byte[] bundle, int size) {
        int count = (bundle.length + size - 1) / size;
        List<ModelChunk> chunks = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            int from = i * size;
            ByteBuffer piece = ByteBuffer.wrap(bundle, from, Math.min(size, bundle.length - from))
                    .slice();
            chunks.add(new ModelChunk(i, count, SHA.hex(), piece));
        }
        return chunks;
    }

    private static ModelChunk chunk(int index, int count, byte[] data) {
        return new ModelChunk(index, count, SHA.hex(), ByteBuffer.wrap(data));
    }
}
