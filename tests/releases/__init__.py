"""Tests: releases."""
