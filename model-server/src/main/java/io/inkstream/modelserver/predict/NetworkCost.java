package io.inkstream.modelserver.predict;

import io.inkstream.schemas.bundle.InvalidBundleException;
import io.inkstream.schemas.bundle.ModelBundle;

/**
 * What a bundle's networks cost in memory, found from their shapes before any engine sees them.
 *
 * @param fileBytes of all networks, which are nearly all weights
 * @param valuesPerRow numbers that are alive at the same time while one glyph is drawn or read, at most
 */
public record NetworkCost(long fileBytes, long valuesPerRow) {

    /** @throws InvalidBundleException if one of them is not allowed or does not fit the manifest */
    public static NetworkCost of(ModelBundle bundle) throws InvalidBundleException {
        long files = (long) bundle.generatorOnnx().length + bundle.readerOnnx().length;
        long values = 0;
        if (bundle.int8GeneratorOnnx() != null) {
            files += bundle.int8GeneratorOnnx().length;
            values = Network.int8Generator(bundle.int8GeneratorOnnx(), bundle.manifest())
                    .valuesPerRow();
        }
        Network generator = Network.generator(bundle.generatorOnnx(), bundle.manifest());
        Network reader = Network.reader(bundle.readerOnnx(), bundle.manifest());
        return new NetworkCost(files, Math.max(values, Math.max(generator.valuesPerRow(), reader.valuesPerRow())));
    }
}
