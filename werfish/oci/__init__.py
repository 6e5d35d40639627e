"""What containers, registry and storage share: references, manifests, layers, image facts."""
