"""What the library costs, each figure beside its budget and against something measured in the same run."""
