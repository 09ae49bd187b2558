"""The texts given to a language model, as files a person can read and compare. Holds none yet: quoting needs none."""
