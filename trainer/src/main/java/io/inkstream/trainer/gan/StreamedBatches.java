package io.inkstream.trainer.gan;

import io.inkstream.trainer.dataset.SampleSet;
import java.util.Arrays;
import java.util.function.Supplier;
import java.util.random.RandomGenerator;

/** Batches of images that come one after the other, all of one class. For one worker. */
final class StreamedBatches implements BatchSource {
    private final Supplier<byte[]> images;

    StreamedBatches(Supplier<byte[]> images) {
        this.images = images;
    }

    @Override
    public void fill(StructuredBatch batch, RandomGenerator random) {
        Arrays.fill(batch.labels, 0);
        for (int i = 0; i < batch.shape().real(); i++) {
            byte[] image = images.get();
            for (int pixel = 0; pixel < SampleSet.PIXELS; pixel++) {
                batch.real[i * SampleSet.PIXELS + pixel] = (image[pixel] & 0xff) / 255f;
            }
        }
        batch.fillLatents(random);
    }
}
